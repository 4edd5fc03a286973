"""The order of rooms, from the top down, one list per package.

Read a list from the top down. A room (a package or a single file) imports only from rows below its own; rooms that
share a row do not import each other. Every room of a listed package is in exactly one row: place a new file here.
"""

from collections.abc import Mapping

ORDER: Mapping[str, str] = {
    "": """
        bot
        storage
        templates
        workflows
    """,
    "workflows": """
        usecases
        definitions ports
        domain
    """,
    "workflows.domain": """
        decide
        routes
        assignment forms
        decision permissions
        candidates visits
        facts
        client_letters commands organising
        deadlines notices records timers
        definition evolve people typed_texts
        errors events lifecycle who
        case clients compiled filling reading
        changed
        ids text
    """,
    "workflows.domain.organising": """
        changes rules
        register
    """,
    "workflows.domain.reading": """
        registered_numbers times
        contacts_and_amounts
        search told_days
    """,
    "workflows.domain.facts": """
        conditions
        computed
        values
        kinds staff
    """,
    "workflows.domain.facts.kinds": """
        named
        choices days numbers rows texts
        kind
    """,
    "workflows.domain.forms": """
        holding
        completeness one_press
        asking defaults drafts tables
    """,
    "workflows.domain.visits": """
        rework
        rounds visits
    """,
    "workflows.domain.assignment": """
        reviewing
        claims offers
        asking_cases handing_out redistribution
    """,
    "workflows.domain.routes": """
        sub_case_ends
        flow
        closing handover_letters left_out moved_rows rules sub_cases
        overtaking returning ways
    """,
    "workflows.definitions": """
        load json_schema
        check records catalogue
        building
        expressions
        letters read
        problems
    """,
    "workflows.definitions.building": """
        process
        rules sub_cases work
        who
    """,
    "workflows.definitions.check": """
        process paths
        stages
        forms languages letters organisation records
    """,
    "workflows.definitions.check.forms": """
        computed fields questions
        form_conditions
    """,
    "workflows.definitions.check.paths": """
        flow
        targets
        conditions soundness
        reach
    """,
    "workflows.definitions.check.stages": """
        candidates rules sub_cases work
        ways who
    """,
    "workflows.definitions.expressions": """
        check_types defaults values
        compile
        evaluation value_types
    """,
    "workflows.definitions.letters": """
        read_letter
        vocabulary
    """,
    "workflows.definitions.read": """
        parse
        key_problems
        yaml_text schema
        work_keys
        record_keys
        field_keys organisation_keys rule_keys sub_case_keys way_keys who_keys
        row_keys
        keys
    """,
    "storage": """
        web_messages notes migrations
        reads database
        engines
        writes
        rows
    """,
    "storage.reads": """
        queries
        delivery_queries organisation_queries platform_queries record_queries
        reading
    """,
    "storage.writes": """
        unit_of_work
        organisation_writes outbox_writes platform_writes record_writes timer_writes known_cases
        statements
        platform_statements record_statements case_statements outbox_statements web_message_statements
        statement batch
    """,
    "storage.rows": """
        organisation_mapping organisation_tables platform_tables record_mapping
        mapping
        tables columns statuses
    """,
    "storage.engines": """
        sqlite_writer postgres_writer
        postgres_lane
        postgres_connections
    """,
    "bot": """
        __main__
        command_line
        trial
        bootstrap
        platforms company_at_start
        tuning
        telegram slack
        web
        adapter
        conversation
        rendering
        actions background
        chat_languages host remembered request_body
    """,
    "bot.command_line": """
        cli
        checking people_verbs verbs help_in_russian
        app exits
        demonstration
        serving
    """,
    "bot.background": """
        delivery organisation_changes scheduler
        pacing retrying
    """,
    "bot.host": """
        secret_key
        clock garbage_collection logs settings
    """,
    "bot.rendering": """
        cards letters pictures
        history phrases
        words
        mail_links markup
        language
    """,
    "bot.rendering.cards": """
        cards
        notice_verbs shown_letters summaries task_buttons task_state
        buttons
    """,
    "bot.rendering.phrases": """
        refusals told_days
        refusal_sentences answer_problems chat_sentences
    """,
    "bot.rendering.words": """
        visits
        by_itself left_out rework who
        cases
    """,
    "bot.rendering.markup": """
        environment
        dialects
        html mrkdwn
        cutting
        text
    """,
    "bot.rendering.language": """
        filters
        chat_style i18n
    """,
    "bot.conversation": """
        interview lists_now
        conversation
        router
        commands
        tasks
        cases
        forms
        client_letters going_on refusals
        list_places
        turn
        reply incoming case_of_message
    """,
    "bot.conversation.interview": """
        interview
        questionnaire asides
        answering
        open_form
        respondents read_answers
        past_forms
        screens
        steps
    """,
    "bot.conversation.interview.screens": """
        form_screens aside_screens
        question_screens
        suggestions controls file_remarks
        calendar field_words screen
    """,
    "bot.conversation.interview.steps": """
        navigation
        progress moves
    """,
    "bot.web": """
        app
        chat entrance
        site
        services
        server chat_port
        hub guards sessions static html errors addresses
        controls
    """,
    "bot.telegram": """
        run
        inbound
        handlers
        outbound
        setup
        tuning
        api
    """,
    "bot.slack": """
        run
        inbound
        handlers
        outbound
        setup
        blockkit
        tuning
        api
    """,
    "bot.slack.handlers": """
        presses commands
        home excerpts forms
        messages channels waiting_windows
        conversation_gateway
        accounts receive
        payloads
    """,
}

SEES: Mapping[str, str] = {
    "storage": "workflows.ports workflows.domain",
    "templates": "",
    "workflows.definitions": "workflows.domain",
    "workflows.ports": "workflows.domain",
    "workflows.domain": "",
    "bot.actions": "workflows.domain",
    "bot.rendering": "bot.actions templates workflows.usecases workflows.definitions workflows.ports workflows.domain",
    "bot.conversation": "bot.rendering bot.actions workflows.usecases workflows.ports workflows.domain",
    "bot.background": "workflows.usecases workflows.ports workflows.domain",
    "bot.background.pacing": "",
    "bot.background.retrying": "workflows.ports",
    "bot.chat_languages": "workflows.ports workflows.domain",
    "bot.host.clock": "workflows.ports",
    "bot.host.garbage_collection": "",
    "bot.host.logs": "",
    "bot.remembered": "",
    "bot.request_body": "",
}
"""All that a room may import outside itself, where that is less than everything below it."""

"""What an interview shows: questions, forms, menus, with the buttons and the words on them."""

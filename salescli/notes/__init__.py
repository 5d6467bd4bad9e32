"""What people jot down in a day, understood: words, days, money, how it stands and what is still to come."""

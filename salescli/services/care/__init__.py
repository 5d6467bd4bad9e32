"""What is owed to clients besides goods: promises, problems, tasks, satisfaction; feedback inside the house."""

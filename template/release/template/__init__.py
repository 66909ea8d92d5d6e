"""The template that the project comes from: its updates, and the adoption of existing projects."""

"""LIBRARY USERS. Frames, tables and files in, answers that show themselves out: what `import upshot as up` offers."""

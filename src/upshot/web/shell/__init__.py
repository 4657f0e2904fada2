"""The frame around every page: layout, navigation, components, errors."""

"""Let pytest collect the book's pages."""

pytest_plugins = ["tests.page_regression"]

"""What the tests build their worlds from."""

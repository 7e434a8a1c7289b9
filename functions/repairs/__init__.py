"""What failed gets another chance, when a person says so."""

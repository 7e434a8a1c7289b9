"""Reading other people's data: each reader yields one SourceEntry per image, or says what is wrong with it."""

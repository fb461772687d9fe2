"""An account written down for elsewhere: for programs, spreadsheets and tickets."""

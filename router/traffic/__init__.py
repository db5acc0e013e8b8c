"""What is between the server and execution: operations checked, cached, planned and answered."""

"""How resources change over time: the steps of each noun. They happen when somebody looks."""

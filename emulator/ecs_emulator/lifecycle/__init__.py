"""How resources change as time passes: each noun's steps, made to happen when somebody looks."""

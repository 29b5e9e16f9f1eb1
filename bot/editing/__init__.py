"""How the knowledge is kept true from the chat: who may, what they propose, what was done, what waits."""

/** What the chat console and the frame around every page say. */
export const chats = {};

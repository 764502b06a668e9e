/** What the pages of customers, contacts, assets, tickets, archived chats and imports say. */
export const directory = {};

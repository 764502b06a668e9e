/** What the pages under Admin and the Notification Center say. */
export const administration = {};

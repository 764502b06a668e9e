declare global {
	namespace App {
		interface PageState {
			/** Whether somebody comes to write in the chat. */
			to_write?: boolean;
		}
	}
}

export {};

// Stands in for the generated types until docs/openapi.json is there.
export interface components {
	schemas: {
		Author:
			| { type: 'client'; session_user?: string | null }
			| { type: 'technician'; technician_id: string; name: string }
			| { type: 'policy' }
			| { type: 'system' };
		Assignee: { technician_id: string; name: string };
		SignedInTechnician: { technician_id: string; name: string; email: string; is_admin: boolean };
		ChatRow: {
			chat_id: string;
			asset: { asset_id: string; name: string };
			customer: { customer_id: string; name: string };
			contact?: { contact_id: string; name: string } | null;
			opened_at: string;
			opened_by: components['schemas']['Author'];
			closed_at?: string | null;
			assigned_to?: components['schemas']['Assignee'] | null;
			assigned_seq: number;
			last_at: string;
			last_seq: number;
			last_message?: components['schemas']['LastMessage'] | null;
			unread: boolean;
			waiting_since?: string | null;
		};
		LastMessage: { kind: components['schemas']['MessageKind']; author: components['schemas']['Author']; text: string };
		MessageKind: 'client' | 'technician' | 'system' | 'note';
		ChatCounts: { all: number; mine: number; mine_unread: number; unassigned: number };
		ChatList: {
			chats: components['schemas']['ChatRow'][];
			counts: components['schemas']['ChatCounts'];
			next_cursor?: string | null;
			upto: number;
		};
		ShownChat: { chat: components['schemas']['ChatRow']; upto: number };
		Message: {
			message_id: string;
			seq: number;
			at: string;
			written_at: string;
			kind: components['schemas']['MessageKind'];
			author: components['schemas']['Author'];
			text: string;
			late: boolean;
		};
		MessagePage: {
			messages: components['schemas']['Message'][];
			more: boolean;
			client_read_upto: number;
			upto: number;
		};
		ChatHeader: {
			asset: { asset_id: string; name: string };
			customer: { customer_id: string; name: string };
			contact?: { contact_id: string; name: string } | null;
		};
		Fact:
			| { kind: 'opened.v1'; by: components['schemas']['Author']; entry_id?: string | null }
			| { kind: 'closed.v1'; by: components['schemas']['Author'] }
			| { kind: 'said.v1'; message_id: string; by: components['schemas']['Author']; text: string; written_at: string }
			| { kind: 'noted.v1'; message_id: string; by: components['schemas']['Author']; text: string; written_at: string }
			| { kind: 'assigned.v1'; to?: components['schemas']['Assignee'] | null; by: components['schemas']['Author'] }
			| { kind: 'read.v1'; upto: number }
			| { kind: 'ticketed.v1'; ticket_id: string; number: number; by: components['schemas']['Author'] };
		Receipt: { message_id: string; seq: number; at: string };
		LiveEvent:
			| { type: 'ready'; upto: number }
			| {
					type: 'fact';
					seq: number;
					at: string;
					asset_id: string;
					chat_id: string;
					leaf: string;
					fact: components['schemas']['Fact'];
					chat?: components['schemas']['ChatHeader'] | null;
			  }
			| { type: 'typing'; asset_id: string; chat_id: string; technician_id?: string | null }
			| { type: 'stored'; asset_id: string; chat_id: string; messages: components['schemas']['Receipt'][] }
			| { type: 'heartbeat'; upto: number }
			| { type: 'reset' }
			| { type: 'closing'; reason: 'slow' | 'signed_out' | 'shutting_down' | 'too_far_behind' };
		Asset: {
			asset_id: string;
			name: string;
			customer: { customer_id: string; name: string };
			contact?: { contact_id: string; name: string } | null;
		};
		AssetList: { assets: components['schemas']['Asset'][]; next_cursor?: string | null };
		Technician: { technician_id: string; name: string; email: string; is_admin: boolean };
		TechnicianList: { technicians: components['schemas']['Technician'][] };
	};
}

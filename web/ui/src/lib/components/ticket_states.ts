import type { TicketStatus } from '../api/types';
import { texts } from '../texts/texts';

/** What the states of a ticket are called, and how they look. */
export const TICKET_STATES: Readonly<Record<TicketStatus, { readonly name: string; readonly look: string }>> =
	{
		open: { name: texts.directory.tickets.states.open, look: 'bg-warn text-on-warn' },
		in_progress: { name: texts.directory.tickets.states.in_progress, look: 'bg-tint text-accent-strong' },
		resolved: { name: texts.directory.tickets.states.resolved, look: 'bg-sunken text-muted' },
	};

/** All of them, in the order of the work. */
export const TICKET_STATUSES: readonly TicketStatus[] = ['open', 'in_progress', 'resolved'];

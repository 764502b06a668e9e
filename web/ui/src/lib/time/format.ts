import { texts } from '../texts/texts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const SHORT_DAY_OF_YEAR = new Intl.DateTimeFormat(undefined, {
	day: 'numeric',
	month: 'short',
	year: 'numeric',
});
const LONG_DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const LONG_DAY_OF_YEAR = new Intl.DateTimeFormat(undefined, {
	weekday: 'long',
	day: 'numeric',
	month: 'long',
	year: 'numeric',
});
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** The time of day: "14:05". */
export function clockTime(at: string): string {
	return CLOCK.format(new Date(at));
}

/** Day and time in full, for those who want to know exactly. */
export function exactTime(at: string): string {
	return EXACT.format(new Date(at));
}

/** The day alone, with its year: "3 Mar 2026". */
export function calendarDay(at: string): string {
	return SHORT_DAY_OF_YEAR.format(new Date(at));
}

/** When something was, as short as can be: "now", "5 min", "14:05", "Mon", "3 Mar". */
export function shortTime(at: string, now: number): string {
	const then = new Date(at);
	const age = now - then.getTime();
	if (age < MINUTE) return texts.chats.time.now;
	if (age < HOUR) return texts.chats.time.minutes(Math.floor(age / MINUTE));
	const days = daysBetween(then, new Date(now));
	if (days === 0) return CLOCK.format(then);
	if (days < 7) return WEEKDAY.format(then);
	return (sameYear(then, now) ? SHORT_DAY : SHORT_DAY_OF_YEAR).format(then);
}

/** How long since: "under a minute", "5 min", "2 h 10 min", "3 days". */
export function duration(since: string, now: number): string {
	const age = Math.max(0, now - new Date(since).getTime());
	if (age < MINUTE) return texts.chats.time.underAMinute;
	if (age < HOUR) return texts.chats.time.minutes(Math.floor(age / MINUTE));
	if (age < DAY) {
		const minutes = Math.floor((age % HOUR) / MINUTE);
		const hours = Math.floor(age / HOUR);
		return minutes === 0 ? texts.chats.time.hours(hours) : texts.chats.time.hoursAndMinutes(hours, minutes);
	}
	return texts.chats.time.days(Math.floor(age / DAY));
}

/** The heading of a day: "Today", "Yesterday", "Monday 2 March". */
export function dayName(at: string, now: number): string {
	const then = new Date(at);
	const days = daysBetween(then, new Date(now));
	if (days === 0) return texts.chats.time.today;
	if (days === 1) return texts.chats.time.yesterday;
	return (sameYear(then, now) ? LONG_DAY : LONG_DAY_OF_YEAR).format(then);
}

/** Which day something was on, where this browser is: the same for everything on that day. */
export function dayKey(at: string): string {
	const then = new Date(at);
	return `${then.getFullYear()}-${then.getMonth() + 1}-${then.getDate()}`;
}

function daysBetween(then: Date, now: Date): number {
	const midnight = (day: Date) => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
	return Math.round((midnight(now) - midnight(then)) / DAY);
}

function sameYear(then: Date, now: number): boolean {
	return then.getFullYear() === new Date(now).getFullYear();
}

import { expect, test } from 'vitest';

import { dayKey, dayName, duration, shortTime } from './format';

const NOON = new Date(2026, 2, 4, 12, 0, 0).getTime();
const ago = (milliseconds: number) => new Date(NOON - milliseconds).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('a duration is said in the two units that matter', () => {
	const said = [30_000, 5 * MINUTE, 2 * HOUR, 2 * HOUR + 10 * MINUTE, 25 * HOUR, 80 * HOUR, -5000];
	expect(said.map((age) => duration(ago(age), NOON))).toEqual([
		'under a minute',
		'5 min',
		'2 h',
		'2 h 10 min',
		'1 day',
		'3 days',
		'under a minute',
	]);
});

test('a short time goes from minutes to days', () => {
	expect(shortTime(ago(-2000), NOON)).toBe('now');
	expect(shortTime(ago(59 * MINUTE), NOON)).toBe('59 min');
	expect(shortTime(ago(3 * HOUR), NOON)).toMatch(/9:00/);
	expect(shortTime(ago(13 * HOUR), NOON)).not.toMatch(/:/);
});

test('days are told by the calendar, not by 24 hours', () => {
	expect(dayName(ago(11 * HOUR), NOON)).toBe('Today');
	expect(dayName(ago(13 * HOUR), NOON)).toBe('Yesterday');
	expect(dayKey(ago(11 * HOUR))).not.toBe(dayKey(ago(13 * HOUR)));
	expect(dayKey(ago(0))).toBe(dayKey(ago(11 * HOUR)));
});

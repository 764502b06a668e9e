/** The notes of the sound: frequency in hertz, and when each begins, in seconds. */
const NOTES = [
	[659.25, 0],
	[987.77, 0.12],
] as const;
const NOTE_SECONDS = 0.45;
const LOUDNESS = 0.18;
/** How long the browser may take to begin. */
const PATIENCE_MS = 500;

let context: AudioContext | null = null;

/** Plays two short notes, made here. False when the browser keeps sound back until somebody touches the page. */
export async function chime(): Promise<boolean> {
	context ??= new AudioContext();
	if (context.state !== 'running') {
		// Where sound is kept back, this waits for as long as nobody touches the page.
		await Promise.race([context.resume(), new Promise((done) => setTimeout(done, PATIENCE_MS))]).catch(
			() => undefined,
		);
	}
	if (context.state !== 'running') return false;
	for (const [frequency, begins] of NOTES) note(context, frequency, context.currentTime + begins);
	return true;
}

function note(context: AudioContext, frequency: number, at: number): void {
	const oscillator = new OscillatorNode(context, { type: 'sine', frequency });
	const gain = new GainNode(context, { gain: 0 });
	gain.gain.setValueAtTime(0, at);
	gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
	gain.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SECONDS);
	oscillator.connect(gain).connect(context.destination);
	oscillator.start(at);
	oscillator.stop(at + NOTE_SECONDS);
}

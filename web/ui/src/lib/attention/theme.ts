import { preferences } from '../browser';

/** Makes the page light or dark as the technician wants it, now and after every change. */
export function followTheme(): () => void {
	return preferences.subscribe(({ theme }) => {
		if (theme === null) delete document.documentElement.dataset.theme;
		else document.documentElement.dataset.theme = theme;
	});
}

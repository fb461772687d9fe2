/** What a browser keeps for the page, as far as it lets it: private windows and full disks may not. */

/**
 * Does something with what is kept; undefined where that cannot be done.
 * @template T @param {(storage: Storage) => T} act @returns {T | undefined}
 */
export function attemptStorage(act) {
	try {
		return act(localStorage);
	} catch {
		return undefined;
	}
}

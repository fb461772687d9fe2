// Types of the page's own that its modules share. They stand here, where they are not sent to a browser.
type Session = import("../../mock_bsg/control/page/session.js").Session;
type Place = import("../../mock_bsg/control/page/place.js").Place;
type Spot = import("../../mock_bsg/control/page/place.js").Spot;
type Item = ReturnType<typeof import("../../mock_bsg/control/page/rows.js").requestItem>;
/** The request of a message, if the journal still has it. */
type Exchange = RequestWhole | null | undefined;
type Step = [status: string, time: string];
type Row = { id: string };
type Loaded = { rows: Row[]; next: unknown };
type Stretch = { after: string | null; rows: Row[] | null; count: number; last?: string | null; isLoading?: boolean };
type ListOptions = {
	scroller: HTMLElement;
	space: HTMLElement;
	load: (after: string | null, limit: number) => Promise<Loaded>;
	draw: (row: any) => any;
	onChoose: (id: string, isStep?: boolean) => unknown;
	onChange: () => void;
};
type DetailsOptions = {
	onChoose: (id: string, tab?: "messages" | "requests") => unknown;
	onSearch: (text: string) => unknown;
	onEdit: (message: MessageWhole) => unknown;
	onNext: (occasion: NextOccasion) => unknown;
};
/** What the next ones are to be like: what was looked at, and what they shall get, if that is clear. */
type NextOccasion = { msisdn?: string; reference?: string | null; path?: string; channel?: string; wanted?: string };
type PastOptions = {
	onChoose: (id: string, tab: "messages" | "requests") => unknown;
	onOpen: (key: string) => unknown;
	onPut: (at: string | null) => unknown;
};
type FilterOptions = {
	onChange: (changes: Partial<Spot>, isTyped: boolean) => unknown;
	onLeave: (key: string) => unknown;
};
type ComposeOptions = {
	onSent: (id: string | null) => unknown;
	onDoubt: () => unknown;
	onChoose: (id: string) => unknown;
};
type ChooserOptions = { onOpen: (key: string) => unknown; onCleared: () => unknown };
type WelcomeOptions = { onOpen: (key: string, id: string | null) => unknown };
/** What an element is whose tag stands before its classes, as in `p.quiet`. */
type ElementOf<T extends string> = HTMLElementTagNameMap[(T extends `${infer Tag}.${string}` ? Tag : T) &
	keyof HTMLElementTagNameMap];

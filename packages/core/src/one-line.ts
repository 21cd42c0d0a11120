// Text from people and models shown as one line, so that it cannot pass for a line of ours.

const BREAKS = /[\r\n\u0085\u2028\u2029]+/g;
const CONTROL = /[^\P{Cc}\t]/gu;

/** Line breaks are shown as ⏎, other control characters are left out. */
export const oneLine = (text: string): string => text.trim().replace(BREAKS, ' ⏎ ').replace(CONTROL, '');

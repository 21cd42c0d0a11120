// A code as it was meant: "62 83" and "62-83" are how people type 6283.

export const withoutGaps = (code: string): string => code.replace(/[\s-]/g, '');

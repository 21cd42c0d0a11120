// What the model hears when a reply broke off: no news to it, however often it is said.
const KEEP_GOING = {
  cutOff: 'Your reply was cut off by its length limit. Go on from where it stopped, in smaller steps.',
  paused: 'Go on.',
} as const;

export const keepGoing = (why: keyof typeof KEEP_GOING): string => KEEP_GOING[why];

export const isKeepGoing = (text: string): boolean => Object.values<string>(KEEP_GOING).includes(text);

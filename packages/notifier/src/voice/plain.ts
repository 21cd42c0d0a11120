// A sentence fit for a voice: no markdown, no emoji, no paths, not long.

const MAX_WORDS = 30;

/** The first sentence of a text as it can be said; null when nothing of it can. */
export function plainSentence(text: string): string | null {
  const line = text
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .trim()
    .split('\n', 1)[0];
  const bare = (line ?? '')
    .replace(/[`*_~|#>[\]]/g, '')
    .replace(/\p{Extended_Pictographic}|\u{FE0F}|\u{200D}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  const sentence = /^.*?[.!?](?=\s|$)/.exec(bare)?.[0] ?? bare;
  if (sentence === '' || /[\\/{}<>=]/.test(sentence) || sentence.split(' ').length > MAX_WORDS) return null;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

// Whether the owner asked for tests, or for what they say, to change: then old ones may fail. Read from the goal's own words.

const CHANGING = String.raw`(?:updat|chang|adapt|adjust|rewrit|rework|remov|delet|drop|skip|disabl|renam|mov|replac|migrat|convert|port|reorgani[sz]|restructur|refactor|split|merg|clean)\w*`;
const TESTS = String.raw`(?:unit |old |existing |obsolete |the |its |their |all |\w+ )?(?:tests?|specs?|test suite|test cases?|expectations?)`;

/** The tests themselves are to change. */
const OF_TESTS = new RegExp(String.raw`\b${CHANGING}\s+(?:\w+\s+){0,3}?${TESTS}\b|\b${TESTS}\s+(?:too|accordingly|as well)\b`, 'i');

/** What the code does is to become something else. */
const OF_BEHAVIOUR =
  /\brenam\w*\s+\S+(?:\s+\S+){0,4}?\s+(?:to|into|as)\b|\bchang\w*\s+(?:\S+\s+){1,8}?(?:to|from|so that|into)\b|\binstead\s+of\b|\brather\s+than\b|\bno\s+longer\b|\breplac\w*\s+(?:\S+\s+){1,6}?(?:with|by)\b|\b(?:remov|delet|drop)\w*\s+(?:the\s+|all\s+|\S+\s+){0,3}(?:functions?|methods?|class(?:es)?|commands?|endpoints?|options?|features?|support|parameters?|arguments?|modules?|fields?|routes?|flags?|api)\b|\bbreaking\s+change/i;

/** What is not to be done: tests stay as they are. */
const LEFT_ALONE =
  /\b(?:without|do\s*n[o']t|don't|never|not)\s+(?:\w+\s+){0,2}?(?:chang|touch|edit|modify|alter|weaken|remov|delet|skip)\w*\s+(?:\w+\s+){0,3}?(?:tests?|specs?)\b/i;

/** `words`: the goal, and what the owner said since. */
export function asksForOtherTests(words: string): boolean {
  if (LEFT_ALONE.test(words)) return false;
  return OF_TESTS.test(words) || OF_BEHAVIOUR.test(words);
}

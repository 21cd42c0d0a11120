// What a careful model does next, told from the results it has seen.

/**
 * Without a result that shows the step done it looks first, where it can, and repeats only what is missing. Null when all is done.
 * `steps`: wishes, each with what its result `shows` and how to `look`.
 */
export function nextOf(steps, results) {
  let at = 0;
  let isLooking = false;
  for (const result of results) {
    const step = steps[at];
    if (step === undefined) break;
    const isDone = isLooking ? !result.includes('it is missing') : step.shows === undefined || result.includes(step.shows);
    const mustLook = !isLooking && !isDone && step.look !== undefined;
    if (!mustLook && (isDone || !isLooking)) at++;
    isLooking = mustLook;
  }
  const step = steps[at];
  if (step === undefined) return null;
  return isLooking ? { shell: step.look } : step;
}

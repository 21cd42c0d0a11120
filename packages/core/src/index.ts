export { agentLines, agentWords, asksForCode, asksForSecret } from './agent-words.js';
export { type Answer, type Answered, answeredSentence, answerQuestion } from './answer-question.js';
export { accept, apply, isolatedBranch } from './apply.js';
export { type AuditEntry, type AuditRecord, type Caller, viewAudit } from './audit.js';
export { Cancelled, cancelledText } from './cancelled.js';
export { changeVerbosity, type VerbosityChange } from './change-verbosity.js';
export { type ButtonPress, buttonId, parseButtonId } from './confirmation/button.js';
export { type CodeVerifier, createCodeVerifier } from './confirmation/code.js';
export { type Confirmations, createConfirmations } from './confirmation/confirmations.js';
export type { Target } from './confirmation/find-request.js';
export { Grant, type GrantCheck, hashAction, signGrant, verifyGrant } from './confirmation/grant.js';
export { ConfirmationOutcome, ConfirmationRequest, Question } from './confirmation/request.js';
export { REMIND_MS, silenceMessage, unanswered, watchSilence } from './confirmation/silence.js';
export { type Submitted, submittedSentence } from './confirmation/submitted.js';
export { createTotpVerifier, newTotpSecret, otpauthUri, totpCode } from './confirmation/totp.js';
export { costCap, costText, type DaySpending, dayOf, dollars, isSpent } from './cost.js';
export { type Deferred, deferred, within } from './deferred.js';
export { describe } from './describe.js';
export { Channel, Event, type EventOf, type EventType, type LoggedEvent, Purpose, Usage } from './event.js';
export { type Asking, exchange } from './exchange.js';
export { exposition, gauge, type Shown, shownFamilies } from './figures/exposition.js';
export { type CounterName, FAMILIES, type FamilyName, type HistogramName, type Labels } from './figures/families.js';
export { counted, type Figure, observed, sampleOf } from './figures/figure.js';
export { figuresOf } from './figures/figures-of.js';
export { addressed, answerAddressed, type FunctionAnswer, NOT_PERMITTED, refused, UNAVAILABLE } from './functions/answer.js';
export {
  EXTENDED_FUNCTION_NAMES,
  EXTENDED_FUNCTIONS,
  FUNCTION_NAMES,
  FUNCTIONS,
  type FunctionDeclaration,
  type FunctionName,
  type Hints,
} from './functions/declarations.js';
export type { CallContext, FunctionDeps, FunctionSettings } from './functions/deps.js';
export { type FoundTask, findTask } from './functions/find-task.js';
export { createFunctions, type Functions } from './functions/functions.js';
export { type UndoCaller, type UndoDeps, type UndoWish, undoTask } from './functions/undo.js';
export { isTaskId, newId, newTaskId, spellTaskId } from './ids.js';
export { DEAD_ENDS, LEASE_MS, Limits, MAX_CONFIRMATIONS, MAX_CRASHES, MAX_REFUTATIONS, MAX_TRIES } from './limits.js';
export { MAX_MESSAGE_CHARS, MAX_UNREAD_MESSAGES, Message } from './message.js';
export { MONEY_OPTIONS } from './money-answer.js';
export { oneLine } from './one-line.js';
export { type ParsedAnswer, parseAnswer } from './parse-answer.js';
export { parseOption } from './parse-option.js';
export { parseSince } from './parse-since.js';
export { type KnownTask, type ParsedTaskId, parseTaskId } from './parse-task-id.js';
export { PauseReason } from './pause-reason.js';
export { PHASES, Phase } from './phase.js';
export { plainText } from './plain-text.js';
export { costMicros, OWN, PRICES, type PriceRow, priceOf } from './prices.js';
export { Baseline, Check, Proof } from './proof.js';
export { createRedactor, createValueRedactor, REDACTED, type Redact } from './redact.js';
export { createRedactStream, type RedactStream } from './redact-stream.js';
export { redactValue } from './redact-value.js';
export {
  BundleFacts,
  Delivery,
  deliveryText,
  isAllowedRepository,
  isRepositoryLike,
  parseRepository,
  Repository,
  repositoryName,
  viewDelivery,
} from './repository.js';
export { clearedText, shortTranscript, TRANSCRIPT_BYTES } from './short-transcript.js';
export { canBeShown, shown } from './shown.js';
export { someOf } from './some-of.js';
export { isSettled, mayBecome, NEXT, STATES, State } from './state.js';
export { PlanStep, ProcessRef, percentDone, percentOf, Task, WorkerRef } from './task.js';
export { TaskDiff, viewDiff } from './task-diff.js';
export { openCallIds, type RecordOf, TranscriptRecord } from './transcript.js';
export { isUndoing, UNDO_WAIT_MS, Undo, UndoRefusal, undoneText, undoRefusalText } from './undo.js';
export { type TaskView, viewEvent, viewRecord, viewTask } from './view.js';

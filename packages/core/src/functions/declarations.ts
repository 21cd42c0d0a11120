// What a voice model is told of the functions: names, purposes and the shapes of their arguments.
import * as v from 'valibot';

const text = (description: string) => v.pipe(v.string(), v.description(description));

const StartArguments = v.object({
  goal: text(
    "What to build or fix, as precisely as the user said it, for example 'build a todo app with a database and tests', 'fix the login bug in the auth module'.",
  ),
  project_path: v.optional(
    text(
      'Where to work: an absolute path, the name of a project folder, or the address of a git repository (with #branch if one was named). Leave out to use the project that is open.',
    ),
  ),
  verbose_updates: v.optional(
    v.pipe(
      v.boolean(),
      v.description('True: an update for every action. False: for the main phases only. Leave out to use the configured default.'),
    ),
  ),
});

const ProgressArguments = v.object({
  task_id: v.optional(text("Which task: its id such as 'a7f3', 'latest', or a word of its goal. Leave out for the running one.")),
});

const CancelArguments = v.object({ task_id: text("Which task to cancel: its id such as 'a7f3', or a word of its goal.") });

const ConfirmationArguments = v.object({
  task_id: text('The task that waits for the code.'),
  confirmation_code: text('The digits exactly as the user said them.'),
});

const ListArguments = v.object({
  state: v.optional(
    text('Only tasks in this state: queued, started, paused, finished, failed, timeout or cancelled. Leave out for the latest of all.'),
  ),
});

const PauseArguments = v.object({
  task_id: v.optional(text("Which task to pause: its id such as 'a7f3', or a word of its goal. Leave out for the running one.")),
});

const ResumeArguments = v.object({
  task_id: v.optional(text("Which task to resume: its id such as 'a7f3', or a word of its goal. Leave out for the paused one.")),
});

const MessageArguments = v.object({
  task_id: text("Which task: its id such as 'a7f3', 'latest', or a word of its goal."),
  message: text("What to tell it, in the user's own words."),
});

const RetryArguments = v.object({ task_id: text("Which task to try again: its id such as 'a7f3', 'latest', or a word of its goal.") });

const AnswerArguments = v.object({
  task_id: text('The task that asked the question.'),
  answer: text("The user's answer, in the user's own words."),
});

export const FUNCTION_NAMES = [
  'start_autonomous_coding',
  'check_coding_progress',
  'cancel_coding_task',
  'submit_background_confirmation',
] as const;
/** Declared only to hosts that ask for them. */
export const EXTENDED_FUNCTION_NAMES = [
  'list_coding_tasks',
  'pause_coding_task',
  'resume_coding_task',
  'message_coding_task',
  'retry_coding_task',
  'answer_coding_question',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number] | (typeof EXTENDED_FUNCTION_NAMES)[number];

export type FunctionDeclaration = {
  name: FunctionName;
  /** For a list that people read. */
  title: string;
  description: string;
  arguments: v.ObjectSchema<v.ObjectEntries, undefined>;
  hints: Hints;
};

/** What a host may want to know before it lets a model call: the words are those of MCP's tool annotations. */
export type Hints = {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  /** Said twice it is as said once. */
  idempotentHint: boolean;
  /** Reaches beyond this machine. */
  openWorldHint: boolean;
};

const LOOKS: Hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const CHANGES: Hints = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
/** Lets an agent work on. */
const WORKS: Hints = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };

export const FUNCTIONS: readonly FunctionDeclaration[] = [
  {
    name: 'start_autonomous_coding',
    title: 'Start a background coding task',
    description:
      'Starts a coding task in the background and returns at once: a worker plans, edits, runs and tests for up to 15 minutes while the conversation goes on. Updates go to Discord. Use it for anything larger than a one-line change.',
    arguments: StartArguments,
    hints: WORKS,
  },
  {
    name: 'check_coding_progress',
    title: 'Check a coding task',
    description: 'Tells how a background coding task is doing: state, phase, last action, and whether it waits for a confirmation code.',
    arguments: ProgressArguments,
    hints: LOOKS,
  },
  {
    name: 'cancel_coding_task',
    title: 'Cancel a coding task',
    description: 'Cancels a background coding task and stops everything it runs.',
    arguments: CancelArguments,
    hints: { ...CHANGES, destructiveHint: true, idempotentHint: true },
  },
  {
    name: 'submit_background_confirmation',
    title: 'Give a confirmation code',
    description:
      'Hands over the confirmation code the user just said or typed for a background task that waits for one. Call it as soon as the user gives the code, without asking again.',
    arguments: ConfirmationArguments,
    hints: { ...CHANGES, destructiveHint: true },
  },
];

export const EXTENDED_FUNCTIONS: readonly FunctionDeclaration[] = [
  {
    name: 'list_coding_tasks',
    title: 'List coding tasks',
    description: 'Lists the latest background coding tasks, those that have ended included: id, state and goal of each.',
    arguments: ListArguments,
    hints: LOOKS,
  },
  {
    name: 'pause_coding_task',
    title: 'Pause a coding task',
    description:
      'Pauses a background coding task: what runs may end, nothing new begins, and no time is used until resume_coding_task is called.',
    arguments: PauseArguments,
    hints: { ...CHANGES, idempotentHint: true },
  },
  {
    name: 'resume_coding_task',
    title: 'Resume a coding task',
    description: 'Lets a paused background coding task go on where it stopped.',
    arguments: ResumeArguments,
    hints: { ...WORKS, idempotentHint: true },
  },
  {
    name: 'message_coding_task',
    title: 'Tell a coding task something',
    description:
      'Tells a background coding task something: a wish, a correction, a fact. The agent reads it before its next turn; a task that has ended goes on with it. Not for an answer to its question, which answer_coding_question takes, and never for a confirmation code.',
    arguments: MessageArguments,
    hints: WORKS,
  },
  {
    name: 'retry_coding_task',
    title: 'Try a coding task again',
    description:
      'Tries a background coding task again that failed, ran out of time or was cancelled: it goes on from where it stood, with fresh limits.',
    arguments: RetryArguments,
    hints: WORKS,
  },
  {
    name: 'answer_coding_question',
    title: "Answer a coding task's question",
    description:
      "Hands over the user's answer to a question that a background coding task asked. Never for a confirmation code, which submit_background_confirmation takes.",
    arguments: AnswerArguments,
    hints: CHANGES,
  },
];

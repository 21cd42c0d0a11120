// The table of commands; each is loaded only when it is the one that was typed.
import type { Command } from './command.js';

export type Row = { name: string; summary: string; load(): Promise<Command> };

export const COMMANDS: readonly Row[] = [
  {
    name: 'up',
    summary: 'Run everything on this machine: api, notifier, worker and, unless one is there, Redis.',
    load: async () => (await import('./up.js')).up,
  },
  { name: 'run', summary: 'Do one task here and now, and exit with its outcome.', load: async () => (await import('./run.js')).run },
  { name: 'start', summary: 'Hand over a goal; it is worked on in the background.', load: async () => (await import('./start.js')).start },
  { name: 'status', summary: 'How a task, or every running one, is doing.', load: async () => (await import('./status.js')).status },
  {
    name: 'watch',
    summary: "Follow a task's feed to its end; leaving lets it go on.",
    load: async () => (await import('./watch.js')).watch,
  },
  { name: 'logs', summary: 'What the agent said, did and got back.', load: async () => (await import('./logs.js')).logs },
  { name: 'list', summary: 'All tasks, newest first.', load: async () => (await import('./list.js')).list },
  { name: 'confirm', summary: 'Give the confirmation code a task waits for.', load: async () => (await import('./confirm.js')).confirm },
  { name: 'deny', summary: 'Say no to the command a task wants to run.', load: async () => (await import('./deny.js')).deny },
  { name: 'answer', summary: 'Answer what a task asks.', load: async () => (await import('./answer.js')).answer },
  {
    name: 'tell',
    summary: 'Say something to a task; one that has ended goes on with it.',
    load: async () => (await import('./tell.js')).tell,
  },
  {
    name: 'pause',
    summary: 'Let the running step of a task end, and nothing new begin.',
    load: async () => (await import('./pause.js')).pause,
  },
  { name: 'resume', summary: 'Let a paused task go on.', load: async () => (await import('./resume.js')).resume },
  { name: 'retry', summary: 'Try a task again that did not succeed.', load: async () => (await import('./retry.js')).retry },
  { name: 'cancel', summary: 'Stop a task and everything it runs.', load: async () => (await import('./cancel.js')).cancel },
  {
    name: 'updates',
    summary: 'How much a task tells from now on: detailed or minimal.',
    load: async () => (await import('./updates.js')).updates,
  },
  {
    name: 'audit',
    summary: 'Who asked for what, when and by which way.',
    load: async () => (await import('./audit.js')).audit,
  },
  {
    name: 'purge',
    summary: 'Remove tasks that ended long ago.',
    load: async () => (await import('./purge.js')).purge,
  },
  {
    name: 'classify',
    summary: 'Judge shell lines: safe, destructive or unreadable.',
    load: async () => (await import('./classify.js')).classify,
  },
  { name: 'init', summary: 'Write a settings file, by questions or from values.', load: async () => (await import('./init.js')).init },
  {
    name: 'doctor',
    summary: 'What is missing or wrong, and what mends it.',
    load: async () => (await import('./doctor.js')).doctor,
  },
  { name: 'api', summary: 'Run the api alone.', load: async () => (await import('./api.js')).api },
  { name: 'worker', summary: 'Run a worker alone.', load: async () => (await import('./worker.js')).worker },
  { name: 'notifier', summary: 'Run the notifier alone.', load: async () => (await import('./notifier.js')).notifier },
  {
    name: 'completions',
    summary: 'Print what makes bash, zsh or fish complete these commands.',
    load: async () => (await import('./completions.js')).completions,
  },
  { name: 'undo', summary: 'Take back what a task did to its project.', load: async () => (await import('./undo.js')).undo },
  { name: 'diff', summary: 'What a task has changed in its project.', load: async () => (await import('./diff.js')).diff },
  {
    name: 'bundle',
    summary: 'What a task in a clone has committed, as a git bundle.',
    load: async () => (await import('./bundle.js')).bundle,
  },
  {
    name: 'mcp',
    summary: 'Serve the functions to an assistant that speaks MCP.',
    load: async () => (await import('./mcp.js')).mcp,
  },
  {
    name: 'n8n',
    summary: 'Write the workflows for n8n and Discord.',
    load: async () => (await import('./n8n.js')).n8n,
  },
];

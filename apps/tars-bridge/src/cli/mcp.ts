// tars mcp: the functions for an assistant that starts this command and speaks MCP with it.
import { defineCommand, ENV_FILE, HELP } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { openProject } from './open-project.js';
import { newSession } from './session.js';
import { readSettings } from './settings.js';
import { withControl } from './with-control.js';

export const mcp = defineCommand({
  usage: 'mcp [--limited]',
  details: [
    'Speaks MCP on its standard streams; an assistant starts it, for example: claude mcp add tars -- tars mcp',
    'Needs the Redis of a running `tars up`. Over HTTP the api serves the same at /mcp.',
  ],
  options: {
    help: HELP,
    limited: { type: 'boolean', help: 'For an assistant that may not use the tasks: it is told of no function and no task.' },
    'env-file': ENV_FILE,
  },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0) throw new Stop(EXIT.usage, 'tars mcp takes no arguments.');
    const settings = readSettings(terminal, values['env-file']);
    return withControl(settings, terminal, async ({ functions, store }) => {
      const { serveMcp } = await import('@tars/api');
      const currentProject = openProject(settings.config.projectsRoots);
      const { stdin, stdout } = process;
      await serveMcp(
        { functions, store },
        { sessionId: newSession(), channel: 'cli', currentProject, permission: values.limited ? 'limited' : 'full' },
        { stdin, stdout, signal: terminal.signal },
      );
      return EXIT.ok;
    });
  },
});

// Files that no task may change although they lie in its project: what is in them runs on the owner's machine later, outside of any task.
import { sep } from 'node:path';

type OwnersFile = {
  /** On the path from the project, plain (see `plainName`), with slashes. */
  path: RegExp;
  /** Completes "it …". */
  why: string;
  examples: readonly string[];
};

export const OWNERS_FILES: readonly OwnersFile[] = [
  {
    path: /(^|\/)(\.git|git~\d+)(\/|$)/,
    why: 'belongs to git, whose hooks and settings run programs. Use git commands instead',
    examples: ['.git/hooks/pre-commit', '.git/config', 'sub/.git/config', '.GIT/config', '.git', 'git~1/config', '.git./hooks/x'],
  },
  {
    path: /(^|\/)(\.husky|\.githooks|\.git-hooks|lefthook[^/]*\.ya?ml|\.lefthook[^/]*)(\/|$)/,
    why: 'is run by git at the next commit',
    examples: ['.husky/pre-commit', '.githooks/post-checkout', 'lefthook.yml'],
  },
  {
    path: /(^|\/)\.vscode\/(tasks|settings|launch|extensions|mcp)\.json$|\.code-workspace$/,
    why: 'makes the editor run programs',
    examples: ['.vscode/tasks.json', '.vscode/settings.json', 'web/.vscode/launch.json', 'all.code-workspace'],
  },
  {
    path: /(^|\/)(\.idea|\.fleet|\.zed|\.run|\.cursor|\.windsurf|\.nova|\.vs)\//,
    why: 'makes the editor run programs',
    examples: ['.idea/workspace.xml', '.zed/tasks.json', '.cursor/mcp.json'],
  },
  {
    path: /(^|\/)(\.exrc|\.nvimrc|\.nvim\.lua|\.vimrc|\.lvimrc|\.dir-locals\.el|[^/]*\.sublime-project)$/,
    why: 'is run by the editor that opens the folder',
    examples: ['.exrc', '.nvim.lua', 'src/.dir-locals.el', 'x.sublime-project'],
  },
  {
    path: /(^|\/)(\.envrc|\.autoenv|\.autoenv\.zsh|\.tool-versions|mise\.toml|\.mise\.toml)$/,
    why: 'is run by the shell that enters the folder',
    examples: ['.envrc', 'mise.toml'],
  },
  {
    path: /(^|\/)(\.devcontainer\/|\.?devcontainer\.json$|\.gitpod\.yml$)/,
    why: 'makes the editor start containers and commands',
    examples: ['.devcontainer/devcontainer.json', '.devcontainer.json', '.gitpod.yml'],
  },
  {
    path: /(^|\/)(\.claude\/|\.mcp\.json$|\.gemini\/|\.codex\/|\.aider\.conf\.yml$)/,
    why: 'steers agents and the tools they run',
    examples: ['.claude/settings.json', '.mcp.json'],
  },
];

/**
 * A name as the most generous file system reads it: without regard to case and normal form, to invisible characters (HFS+),
 * and to dots and spaces at the end or a stream behind a colon (NTFS).
 */
export const plainName = (path: string): string =>
  path
    .split(sep)
    .map((part) =>
      part
        .normalize('NFKC')
        .replace(/[\p{Cf}\p{Mn}]/gu, '')
        .toLowerCase()
        .replace(/(::?\$[a-z_]+.*|:.*)$/, '')
        .replace(/(?<=[^.\s])[.\s]+$/, ''),
    )
    .join('/');

/** Why a file with this path from the project is not the task's to change; null when it is. */
export function ownersFile(path: string): string | null {
  const plain = plainName(path);
  return OWNERS_FILES.find((file) => file.path.test(plain))?.why ?? null;
}

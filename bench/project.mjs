// A small project with one commit, for a contestant to work in.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `files`: path → content. */
export function layDown(project, files) {
  for (const [path, content] of Object.entries(files)) {
    const at = join(project, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, content);
  }
}

export function newProject(project, files) {
  mkdirSync(project, { recursive: true });
  layDown(project, files);
  const git = (...args) => execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x', ...args], { cwd: project, stdio: 'ignore' });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'x');
  return project;
}

// The words by which command-line clients delete.

/** Verbs that take something away for good; also as `delete-bucket`, `apps:destroy`, `userdel`. */
const DELETING =
  /^(delete|destroy|purge|undefine|erase|obliterate|teardown|nuke|wipe|rm|rmi|rb|deleteall|unpublish|terminate|deprovision|drop)$/;
const DELETING_COMPOUND =
  /^(delete|destroy|purge|terminate|batch-delete|force-delete|remove-all)-[a-z]|[a-z](:|-)(delete|destroy|rm|purge|undefine)$|:reset$|^(user|group|snap)del$|^delsnapshot$/;

export const deletingVerb = (word: string): boolean => DELETING.test(word) || DELETING_COMPOUND.test(word);

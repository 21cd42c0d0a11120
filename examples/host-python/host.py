#!/usr/bin/env python3
"""A host in another language: TARS' background tasks over HTTP, with nothing but the standard library.

What a voice assistant would hear is typed here, and what it would say is printed. The conversation knows four things:

    start GOAL [in PROJECT]   hand over a goal; PROJECT is a path, or the name of a folder TARS knows
    progress [TASK]           how is it going
    cancel TASK               stop it
    6283                      digits alone are a confirmation code, given to the task that waits for one

The api is found at TARS_API (default http://127.0.0.1:5002); API_TOKEN is sent when it is set.
"""

import json
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

API = os.environ.get("TARS_API", "http://127.0.0.1:5002").rstrip("/")
TOKEN = os.environ.get("API_TOKEN")
NOT_THERE = {"ok": False, "reasonCode": "unavailable", "text": "The background task system does not answer, sir."}
ENDED = {"finished", "failed", "timeout", "cancelled"}
LOOK_EVERY_SECONDS = 1.0


class Tars:
    """The four functions, as one conversation calls them."""

    def __init__(self):
        self.session_id = str(uuid.uuid4())

    def call(self, name, **arguments):
        """What a function answers: `say` for the ear, `text` for the eye, `ok`, `task` and the rest for programs.

        `call_id` makes a call safe to repeat: the same id starts nothing twice.
        """
        body = {"session_id": self.session_id, "call_id": str(uuid.uuid4())}
        body.update((key, value) for key, value in arguments.items() if value)
        headers = {"Content-Type": "application/json"}
        if TOKEN:
            headers["Authorization"] = f"Bearer {TOKEN}"
        request = urllib.request.Request(f"{API}/api/functions/{name}", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            answer = json.load(error)  # also a refusal is JSON with a sentence in it
            return {"ok": False, "text": answer.get("message"), **answer}
        except (urllib.error.URLError, TimeoutError):
            return NOT_THERE


class Conversation:
    def __init__(self, tars):
        self.tars = tars
        self.waiting = None  # the task that last asked for a code

    def hear(self, line):
        if re.fullmatch(r"[\d\s-]{4,}", line):
            self.give_code(line)
        elif match := re.fullmatch(r"start (?P<goal>.+?)(?: in (?P<project>\S+))?", line):
            self.start(match["goal"], match["project"])
        elif match := re.fullmatch(r"progress(?: (?P<task>.+))?", line):
            self.say(self.tars.call("check_coding_progress", task_id=match["task"]))
        elif match := re.fullmatch(r"cancel (?P<task>.+)", line):
            self.say(self.tars.call("cancel_coding_task", task_id=match["task"]))
        else:
            print("start GOAL [in PROJECT], progress [TASK], cancel TASK, or a confirmation code", flush=True)

    def start(self, goal, project):
        answer = self.tars.call("start_autonomous_coding", goal=goal, project_path=project)
        self.say(answer)
        if answer["ok"]:
            threading.Thread(target=self.follow, args=(answer["task"]["task_id"],), daemon=True).start()

    def give_code(self, code):
        if self.waiting is None:
            print("No task is waiting for a confirmation code, sir.", flush=True)
            return
        answer = self.tars.call("submit_background_confirmation", task_id=self.waiting, confirmation_code=code)
        if answer["ok"]:
            self.waiting = None
        self.say(answer)

    def follow(self, task_id):
        """Speaks up by itself when the task needs a code, and when it has ended."""
        asked = None
        while True:
            answer = self.tars.call("check_coding_progress", task_id=task_id)
            task = answer.get("task", {})
            request = task.get("confirmation") or {}
            if request and request["confirmation_id"] != asked:
                asked, self.waiting = request["confirmation_id"], task_id
                print(f"Sir, task {task_id} needs your confirmation code to run: {request['command']}", flush=True)
            if task.get("status") in ENDED:
                return self.say(answer)
            time.sleep(LOOK_EVERY_SECONDS)

    @staticmethod
    def say(answer):
        print(answer["text"], flush=True)


def main():
    conversation = Conversation(Tars())
    for line in sys.stdin:
        if line.strip():
            conversation.hear(line.strip())


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)

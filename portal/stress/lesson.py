"""The happy class: a whole quiz, every tap acknowledged, and every number that a phone is shown worked out again."""

import asyncio

from portal.stress import marking
from portal.stress.classroom import Classroom
from portal.stress.marking import Book, Books
from portal.stress.phone import Phone
from portal.stress.stage import Stage, choices_in
from portal.stress.wire import Dropped

MOST_MESSAGES = 6  # that a phone may get a question, whatever the size of the class
DILIGENT = 0.95  # of the class answers; the rest misses
STANDINGS_EVERY = 3
ENDLESS = 1_000  # questions no quiz has


class Lesson:
    """One quiz with the class of ``room``."""

    def __init__(self, room: Classroom) -> None:
        self.room = room
        self.books: Books = {}
        self.asked: list[int] = []
        self.most_messages = 0  # that a phone got for one question

    async def play(self) -> None:
        """Plays to the end; whatever is not as it must be goes to the classroom's faults."""
        room = self.room
        phones = await room.fresh()
        self.books = {phone.id: Book(phone.name) for phone in phones}
        room.check(len(phones) == room.size, f"only {len(phones)} of {room.size} phones are in the class")
        while len(self.asked) < ENDLESS and await self._ask():
            pass
        room.check_streams("happy class")
        await self._compare_exports()

    async def _ask(self) -> bool:
        """One question from opening to reveal; False when there was none left and the run has finished."""
        room = self.room
        if await self._is_over():
            return False
        for phone in room.phones:
            phone.messages = 0
        question = (await room.open()).question
        if question is None or question in self.asked:
            raise Dropped(f"the projector shows question {question} as open, after {self.asked}")
        self.asked.append(question)
        await self._tap_all(question)
        await room.close()
        self._check_reveal(question)
        if len(self.asked) % STANDINGS_EVERY == 0:
            await room.show("standings", "standings")
        most = max((phone.messages for phone in room.phones), default=0)
        self.most_messages = max(self.most_messages, most)
        room.check(most <= MOST_MESSAGES, f"question {question}: a phone got {most} messages")
        return True

    async def _is_over(self) -> bool:
        """Whether the quiz has no question left. The number of questions is the export's, whose header lists them."""
        if not self.asked:
            return False
        if len(self.asked) < await self._length():
            return False
        await self.room.show("finished", "next")
        return True

    async def _length(self) -> int:
        rows = await self.room.console.export("results")
        return sum(1 for column in rows[0] if column.startswith("q") and column.endswith("_answer")) if rows else 0

    async def _tap_all(self, question: int) -> None:
        room, phones = self.room, self.room.phones
        for phone in phones:
            self._check_open(phone, question)
        letters, several = choices_in((await phones[0].get("/")).body)
        if not room.check(bool(letters), f"question {question}: the page offers nothing to answer with"):
            return

        async def one(phone: Phone, choice: str, wait: float) -> None:
            await asyncio.sleep(wait)
            if await room.tap(phone, question, choice):
                self.books[phone.id].answers[question] = choice

        taps = []
        for phone in phones:
            count = room.dice.randint(1, len(letters)) if several else 1
            choice = ",".join(sorted(room.dice.sample(letters, count)))
            wait = room.dice.random() * room.plan.spread
            if room.dice.random() < DILIGENT:
                taps.append(one(phone, choice, wait))
        await room.together(taps)

    def _check_open(self, phone: Phone, question: int) -> None:
        stage = phone.stage
        if stage is None or stage.state != "question_open":
            return  # noted already: it was not shown in time
        if stage.question != question or stage.gives_the_key_away or not stage.remaining_ms:
            self.room.faults.add(f"{phone.id}: not an open question {question} with its time and no key: {stage}")

    def _check_reveal(self, question: int) -> None:
        for phone in self.room.phones:
            stage, book = phone.stage, self.books[phone.id]
            book.points[question] = 0
            if stage is not None and stage.state == "question_closed":
                self._enter(question, book, stage, phone)
        correct = {phone.stage.correct for phone in self.room.phones if phone.stage is not None}
        self.room.check(len(correct) <= 1, f"question {question}: phones are told different keys: {correct}")
        for student, rank in marking.ranks(self.books).items():
            shown = self.books[student].rank
            self.room.check(shown == rank, f"{student} question {question}: shown rank {shown}, it is {rank}")

    def _enter(self, question: int, book: Book, stage: Stage, phone: Phone) -> None:
        check, answer = self.room.check, book.answers.get(question)
        worth = marking.accuracy_points(answer, stage.correct)
        told = stage.points if stage.points is not None else -1
        fits = told == worth if self.room.plan.exact else marking.could_be_points(told, answer, stage.correct)
        where = f"{phone.id} question {question}"
        check(fits, f"{where}: {answer} with the key {sorted(stage.correct)} got {told} points, not {worth}")
        check(stage.answer == answer, f"{where}: the reveal shows {stage.answer}, saved was {answer}")
        book.points[question] = told
        book.right += bool(stage.correct) and marking.letters(answer) == stage.correct
        book.rank = stage.rank or 0
        check(stage.total == book.total, f"{where}: shown a total of {stage.total}, the sum is {book.total}")

    async def _compare_exports(self) -> None:
        room, asked = self.room, self.asked
        for phone in room.phones:
            stage, book = phone.stage, self.books[phone.id]
            if stage is None or stage.total != book.total:
                room.faults.add(f"{phone.id}: the last page shows {stage}, the total is {book.total}")
        results, answers = await room.console.export("results"), await room.console.export("answers")
        for fault in marking.faults_in_results(results, self.books, asked):
            room.faults.add(fault)
        for fault in marking.faults_in_answers(answers, self.books, asked):
            room.faults.add(fault)

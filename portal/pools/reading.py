"""From a pool's text to the content that the rules play with."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from portal.domain.competition.contest import Contest, ContestQuestion, Difficulty, Mystery
from portal.domain.ids import Letter, Millis, Points
from portal.domain.question import Option, Question, Quiz
from portal.pools import json_text, shapes
from portal.pools.checks import AnswerKey
from portal.pools.wording import Place, PoolFaults, quoted, sentence, told
from portal.wording import N_, _

_UNREADABLE = {
    "No such file or directory": N_("no such file or directory"),
    "Permission denied": N_("permission denied"),
    "Is a directory": N_("is a directory"),
    "": N_("cannot be read"),
}
"""What the system says of a file, in the words that its author reads."""


def read_pool(text: str) -> Quiz | Contest:
    """The quiz or contest of a pool's text. Raises :class:`PoolFaults` with every fault of it at once."""
    value, faults = json_text.parse(text)
    pool: shapes.QuizPool | shapes.ContestPool | None = None
    shape = shapes.shape_of(value)
    try:
        pool = shape.model_validate(value)
    except ValidationError as unfit:
        known = shapes.known_keys(shape)
        for error in unfit.errors(include_url=False):
            faults.setdefault(error["loc"], sentence(error, known))
    for place, repeated in _repeated_ids(value) if shape is shapes.ContestPool else ():
        faults.setdefault(place, repeated)
    if pool is None or faults:
        raise PoolFaults(told(place, fault) for place, fault in faults.items())
    return _quiz(pool) if isinstance(pool, shapes.QuizPool) else _contest(pool)


def read_pool_file(path: Path) -> Quiz | Contest:
    """The quiz or contest of a file. Raises :class:`PoolFaults` also when it cannot be read or is not UTF-8."""
    try:
        with path.open("rb") as file:
            written = file.read(json_text.LARGEST_POOL + 1)
    except OSError as stumble:
        said = stumble.strerror or ""
        why = _(known) if (known := _UNREADABLE.get(said)) else said.lower()
        raise PoolFaults([_("the file: %(why)s", why=why)]) from stumble
    if len(written) > json_text.LARGEST_POOL:
        raise PoolFaults([json_text.too_large()])
    try:
        return read_pool(written.decode("utf-8"))
    except UnicodeDecodeError as stumble:
        line = written.count(b"\n", 0, stumble.start) + 1
        fault = _("line %(line)s: this is not UTF-8 text; save the file as UTF-8", line=line)
        raise PoolFaults([fault]) from stumble


def read_contest_question(entry: dict[str, object]) -> ContestQuestion | Mystery:
    """One question as an entry of a pool has it; with a ``difficulty`` it is a mystery. Raises :class:`PoolFaults`."""
    shape = shapes.Mystery if "difficulty" in entry else shapes.ContestQuestion
    try:
        checked = shape.model_validate(entry)
    except ValidationError as unfit:
        known = {"": list(shape.model_fields)}
        raise PoolFaults(
            told(each["loc"], sentence(each, known)) for each in unfit.errors(include_url=False)
        ) from unfit
    return _mystery(checked) if isinstance(checked, shapes.Mystery) else _contest_question(checked)


def _repeated_ids(value: object) -> Iterator[tuple[Place, str]]:
    """An answer names its question by id alone, so questions and mysteries share one set of them."""
    seen: Counter[str] = Counter()
    for name in ("questions", "mystery"):
        entries = value.get(name) if isinstance(value, dict) else None
        for position, entry in enumerate(entries if isinstance(entries, list) else ()):
            identity = entry.get("id") if isinstance(entry, dict) else None
            if isinstance(identity, str):
                seen[identity] += 1
                if seen[identity] > 1:
                    yield (name, position, "id"), _("%(id)s is the id of another question too", id=quoted(identity))


def _quiz(pool: shapes.QuizPool) -> Quiz:
    questions = tuple(_question(shape, pool.time_limit_default) for shape in pool.questions)
    return Quiz(pool.title, pool.session_id, pool.score_fn, questions)


def _question(shape: shapes.QuizQuestion, seconds: int) -> Question:
    return Question(
        text=shape.text,
        options=_options(shape.options),
        correct=_letters(shape.correct),
        several=shape.correct.several,
        explanation=shape.explanation,
        time_limit=_millis(shape.time_limit or seconds),
    )


def _contest(pool: shapes.ContestPool) -> Contest:
    return Contest(
        title=pool.title,
        session_id=pool.session_id,
        starting_points=Points(pool.starting_points),
        duration=None if pool.duration is None else _millis(pool.duration),
        wrong_penalty=Points(pool.wrong_penalty),
        questions=tuple(_contest_question(shape) for shape in pool.questions),
        mysteries=tuple(_mystery(shape) for shape in pool.mystery),
    )


def _contest_question(shape: shapes.ContestQuestion) -> ContestQuestion:
    return ContestQuestion(
        id=shape.id,
        text=shape.text,
        options=_options(shape.options),
        correct=_letters(shape.correct),
        several=shape.correct.several,
        explanation=shape.explanation,
        points=Points(shape.points),
    )


def _mystery(shape: shapes.Mystery) -> Mystery:
    return Mystery(
        id=shape.id,
        text=shape.text,
        options=_options(shape.options),
        correct=_letters(shape.correct),
        several=shape.correct.several,
        explanation=shape.explanation,
        points=Points(shape.points),
        difficulty=Difficulty(shape.difficulty),
        cost=Points(shape.cost),
    )


def _options(texts: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(Letter(letter), text) for letter, text in texts.items())


def _letters(key: AnswerKey) -> frozenset[Letter]:
    return frozenset(Letter(letter) for letter in key.letters)


def _millis(seconds: int) -> Millis:
    return Millis(seconds * 1000)

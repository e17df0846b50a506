"""What a pool may hold, key by key; pydantic collects every fault and adds its place."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, field_validator

from portal.domain.competition.contest import Difficulty
from portal.domain.scoring import FULL, SCORE_FUNCTIONS
from portal.pools import checks
from portal.pools.checks import AnswerKey
from portal.pools.wording import fault, listed, nearest, quoted
from portal.wording import N_, _

QUIZ = "quiz"
COMPETITION = "competition"
MODES = [QUIZ, COMPETITION]

_MOST_POINTS = 1_000_000
_SECONDS = N_("must be a whole number of seconds, %(lowest)s to %(highest)s, not %(value)s")
_POINTS = N_("must be a whole number of points, %(lowest)s to %(highest)s, not %(value)s")
_seconds = checks.whole(5, 3600, _SECONDS)
_mode = checks.one_of(
    MODES,
    N_("must be a mode (%(known)s), not %(value)s"),
    N_('%(value)s is not a mode (%(known)s); did you mean "%(nearest)s"?'),
)
_score_function = checks.one_of(
    SCORE_FUNCTIONS,
    N_("must be a score function (%(known)s), not %(value)s"),
    N_('%(value)s is not a score function (%(known)s); did you mean "%(nearest)s"?'),
)
_difficulty = checks.one_of(
    [one.value for one in Difficulty],
    N_("must be a difficulty (%(known)s), not %(value)s"),
    N_('%(value)s is not a difficulty (%(known)s); did you mean "%(nearest)s"?'),
)

Text = Annotated[str, PlainValidator(checks.text)]
Line = Annotated[str, PlainValidator(checks.line)]
Mode = Annotated[str, PlainValidator(_mode)]
PointsToWin = Annotated[int, PlainValidator(checks.whole(1, _MOST_POINTS, _POINTS))]
PointsToHave = Annotated[int, PlainValidator(checks.whole(0, _MOST_POINTS, _POINTS))]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Asked(_Shape):
    """What all questions have. ``options`` stands before ``correct``, whose check looks at it."""

    text: Text
    options: Annotated[dict[str, str], PlainValidator(checks.options)]
    correct: Annotated[AnswerKey, PlainValidator(checks.answer_key_or_poll)] = checks.POLL
    explanation: Annotated[str, PlainValidator(checks.text_or_nothing)] = ""

    @field_validator("correct", mode="after")
    @classmethod
    def _among_the_options(cls, key: AnswerKey, others: ValidationInfo) -> AnswerKey:
        options = others.data.get("options")
        if options is None:  # they have a fault of their own; what is right among them cannot be said yet
            return key
        if strange := sorted(key.letters - options.keys()):
            names, last = listed([quoted(letter) for letter in strange]), max(options)
            if len(strange) == 1:
                raise fault(_("%(letter)s is not one of the options A to %(last)s", letter=names, last=last))
            raise fault(_("%(letters)s are not among the options A to %(last)s", letters=names, last=last))
        return key


class QuizQuestion(_Asked):
    time_limit: Annotated[int | None, PlainValidator(checks.if_given(_seconds))] = None


class ContestQuestion(_Asked):
    id: Annotated[str, PlainValidator(checks.identifier)]
    correct: Annotated[AnswerKey, PlainValidator(checks.answer_key)]  # a contest has no polls
    points: PointsToWin = FULL


class Mystery(ContestQuestion):
    points: PointsToWin  # what there is to gain is shown before the box is opened, so it is never left open
    difficulty: Annotated[str, PlainValidator(_difficulty)]
    cost: PointsToWin


class _Pool(_Shape):
    title: Line
    session_id: Line = "main"
    mode: Mode = QUIZ


class QuizPool(_Pool):
    time_limit_default: Annotated[int, PlainValidator(_seconds)] = 30
    score_fn: Annotated[str, PlainValidator(_score_function)] = "accuracy"
    questions: list[QuizQuestion] = Field(min_length=1)


class ContestPool(_Pool):
    starting_points: PointsToHave = 1000
    duration: Annotated[int | None, PlainValidator(checks.if_given(checks.whole(60, 86400, _SECONDS)))] = None
    wrong_penalty: PointsToHave = 0
    questions: list[ContestQuestion] = Field(min_length=1)
    mystery: list[Mystery] = []


def known_keys(pool: type[QuizPool] | type[ContestPool]) -> dict[str, list[str]]:
    """The keys of the pool ("") and of the entries of each of its lists, to tell an author which one was meant."""
    lists: dict[str, type[BaseModel]] = {"questions": QuizQuestion}
    if pool is ContestPool:
        lists = {"questions": ContestQuestion, "mystery": Mystery}
    return {name: list(shape.model_fields) for name, shape in {"": pool, **lists}.items()}


def shape_of(value: object) -> type[QuizPool] | type[ContestPool]:
    """What the pool's mode says, a misspelt one included: a contest is not told that it lacks what a quiz has."""
    mode = value.get("mode") if isinstance(value, dict) else None
    return ContestPool if isinstance(mode, str) and nearest(mode, MODES) == COMPETITION else QuizPool

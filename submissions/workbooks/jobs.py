"""The work behind a section's workbook."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from base.jobs import JobError, Report, job
from schools.models import User
from schools.rules import posts_of
from submissions import rules
from submissions.models import Upload, UploadState
from submissions.workbooks.checking import check
from submissions.workbooks.uploads import CHECK, SAVE, confirm, content_of, finish_check


@job(CHECK, "核对表格")
def check_workbook(report: Report, *, upload_id: int) -> None:
    """Tell what saving it would do; where cells are bad, make the same workbook with comments in them."""
    upload = Upload.objects.select_related("section__district", "file", "by").get(pk=upload_id)
    if upload.state != UploadState.CHECKING:
        return None
    report(0, 3, "正在读取表格")
    hidden, content = _hidden(upload, upload.by), content_of(upload)
    report(1, 3, "正在逐格核对")
    outcome = check(upload, content, hidden=hidden)
    if not outcome.faults:
        return finish_check(upload, outcome)
    from submissions.workbooks.commenting import commented

    report(2, 3, f"有问题的有 {outcome.bad} 格，正在写批注")
    return finish_check(upload, outcome, commented(content, upload.file.name, outcome.faults))


@job(SAVE, "保存表格")
def save_workbook(report: Report, *, upload_id: int, take_file: bool, by_id: int) -> None:
    upload = Upload.objects.select_related("section__district").get(pk=upload_id)
    by = User.objects.get(pk=by_id)
    report(0, 1, "正在保存")
    upload = confirm(upload, take_file=take_file, by=by, hidden=_hidden(upload, by))
    if upload.state == UploadState.CHECKED:
        raise JobError("核对以后数据又有了变化，没有保存。请看新的核对结果，再确认一次。")


def _hidden(upload: Upload, by: User) -> set[int]:
    """What she may not see, by the posts that she has now."""
    try:
        return rules.hidden_in(rules.filling_desk(posts_of(by), upload.section), upload.quarter)
    except (PermissionDenied, Http404) as error:
        raise JobError(f"{by}已不在{upload.section.name}任职，不能填报这张表。") from error

"""Tiny packages of our own: a cmi5 unit and SCORM units that do one thing each, and zips that mean harm."""

import io
import zipfile
from collections.abc import Mapping

from tests.xapi.cmi5_courses import ABOUT, au_xml, course_xml

AU = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Unit</title></head>
<body><p id="state">working</p><script src="unit.js"></script></body></html>"""

AU_SCRIPT = """
(async () => {
  const asked = new URLSearchParams(location.search), endpoint = asked.get("endpoint");
  const actor = JSON.parse(asked.get("actor"));
  const token = (await (await fetch(asked.get("fetch"), {method: "POST"})).json())["auth-token"];
  const headers = {"X-Experience-API-Version": "1.0.3", Authorization: "Basic " + token,
    "Content-Type": "application/json"};
  const where = {activityId: asked.get("activityId"), agent: asked.get("actor"),
    registration: asked.get("registration"), stateId: "LMS.LaunchData"};
  const told = await (await fetch(endpoint + "activities/state?" + new URLSearchParams(where), {headers})).json();
  await fetch(endpoint + "agents/profile?" + new URLSearchParams(
    {agent: asked.get("actor"), profileId: "cmi5LearnerPreferences"}), {headers});
  const cmi5 = {id: "https://w3id.org/xapi/cmi5/context/categories/cmi5"};
  const moving = {id: "https://w3id.org/xapi/cmi5/context/categories/moveon"};
  const say = async (verb, result, categories) => {
    const context = JSON.parse(JSON.stringify(told.contextTemplate));
    context.registration = asked.get("registration");
    context.contextActivities.category = categories;
    const statement = {id: crypto.randomUUID ? crypto.randomUUID() : "", timestamp: new Date().toISOString(), actor,
      verb: {id: "http://adlnet.gov/expapi/verbs/" + verb}, object: {id: asked.get("activityId")}, context};
    if (result) { statement.result = result; }
    const url = endpoint + "statements?statementId=" + statement.id;
    return (await fetch(url, {method: "PUT", headers, body: JSON.stringify(statement)})).status;
  };
  const statuses = [await say("initialized", null, [cmi5]),
    await say("completed", {completion: true, duration: "PT2S"}, [cmi5, moving]),
    await say("terminated", {duration: "PT3S"}, [cmi5])];
  let cookies = "none";
  try { cookies = document.cookie || "none"; } catch (closed) { cookies = "closed"; }
  let pages = "open";
  try { await fetch("/organisations/", {credentials: "include"}); } catch (closed) { pages = "closed"; }
  document.getElementById("state").textContent = [...statuses, "cookies " + cookies, "pages " + pages].join(" ");
})();
"""

SCO_12 = """<!DOCTYPE html><html><head><title>SCO</title><script>
function find(at) { while (!at.API && at.parent !== at) { at = at.parent; } return at.API; }
var api = find(window), seen = [];
seen.push(api.LMSInitialize(""));
seen.push("before " + api.LMSGetValue("cmi.suspend_data"));
api.LMSSetValue("cmi.suspend_data", "page=3");
api.LMSSetValue("cmi.core.score.raw", "85");
api.LMSSetValue("cmi.core.lesson_status", "passed");
api.LMSSetValue("cmi.core.session_time", "00:01:30.00");
api.LMSSetValue("cmi.core.exit", "suspend");
seen.push(api.LMSCommit(""));
seen.push(api.LMSFinish(""));
</script></head><body><p id="state"></p>
<script>document.getElementById("state").textContent = seen.join("|");</script></body></html>"""

SCO_2004 = """<html><body><p id="state"></p><script>
var api = window.API_1484_11, seen = [];
seen.push(api.Initialize(""));
seen.push("before " + api.GetValue("cmi.location"));
api.SetValue("cmi.location", "7");
api.SetValue("cmi.score.scaled", "0.4");
api.SetValue("cmi.success_status", "failed");
api.SetValue("cmi.completion_status", "completed");
api.SetValue("cmi.session_time", "PT1M30S");
api.SetValue("cmi.exit", "suspend");
seen.push(api.Commit(""));
seen.push(api.Terminate(""));
document.getElementById("state").textContent = seen.join("|");
</script></body></html>"""

_ADLCP = {
    "1.2": 'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
    "2004 4th Edition": 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"',
}


def manifest(version: str = "1.2", *, items: str | None = None, href: str = "sco.html") -> bytes:
    """A SCORM manifest with one unit."""
    item = '<item identifier="i1" identifierref="r1"><title>First</title></item>' if items is None else items
    kind = 'adlcp:scormtype="sco"' if version == "1.2" else 'adlcp:scormType="sco"'
    return f"""<manifest identifier="m1" {_ADLCP[version]}>
<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>
<organizations default="o1"><organization identifier="o1"><title>A SCORM course</title>{item}</organization>
</organizations>
<resources><resource identifier="r1" type="webcontent" {kind} href="{href}"/></resources></manifest>""".encode()


def zipped(files: Mapping[str, str | bytes]) -> io.BytesIO:
    """A zip archive of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    target.seek(0)
    return target


def a_cmi5_package(structure: bytes | None = None) -> io.BytesIO:
    """One unit in a block, done once it is completed."""
    unit = au_xml(attributes='moveOn="Completed"', more="<launchParameters>text</launchParameters>")
    block = f'<block id="https://example.com/block">{ABOUT}{unit}</block>'
    return zipped({"cmi5.xml": structure or course_xml(block), "index.html": AU, "unit.js": AU_SCRIPT})


def a_scorm_package(version: str = "1.2") -> io.BytesIO:
    """One SCO that scores, remembers and ends."""
    return zipped({"imsmanifest.xml": manifest(version), "sco.html": SCO_12 if version == "1.2" else SCO_2004})

"""Who gets what: every address × role × whose. A test walks this table and fails for an address that is not in it.

``own``: of the asker's school, section or district. ``neighbour``: of another school (or, for the officers, of what
another section reviews) in the same district. ``foreign``: of another district. ``any``: of nobody.
``login`` is the way to the login page. The world in which it is walked stands in test_access.py, with the
addresses' arguments. A POST is sent empty: 302 is done (or nothing to do), 400 and 422 are refused as incomplete.
The admin site's inner pages are tests/schools/test_admin.py's.
"""

TABLE = """
method address       whose     visitor clerk principal officer other_officer director leader administrator
GET    home          any       login   302   302       302     302           302      302    302
GET    login         any       200     302   302       302     302           302      302    302
POST   logout        any       login   302   302       302     302           302      302    302
GET    styleguide    any       login   200   200       200     200           200      200    200
GET    job           own       login   404   404       200     200           200      404    404
GET    job           foreign   login   404   404       404     404           404      404    404
GET    admin:index   any       302     302   302       302     302           302      302    200
"""

"""TCX and GPX point by point: which element is which channel, what counts only within a point, and names."""

from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule.readers import Wishes, gpx, recording, tcx, track
from exerkine_sim.schedule.readers.sport import lift_of, mode_of

NO_WISH = Wishes()


@pytest.fixture
def points(monkeypatch, tmp_path):
    """Return the points that a reader takes from a text, and the sports it names."""
    seen = []

    def recorded(given, **about):
        seen.append((list(given), about["mode"]))
        return recording.recorded([{"time_s": s, "heart_rate_bpm": 140.0} for s in range(9)], mode="run")

    monkeypatch.setattr(track, "recorded", recorded)

    def reading(reader, text):
        seen.clear()
        path = tmp_path / "a.xml"
        path.write_text(text)
        reader.read(path, NO_WISH)
        return list(seen)

    return reading


def tcx_text(point, *, sport="Running", lap=""):
    inner = (
        f"<Lap>{lap}<Track><Trackpoint><Time>1970-01-01T00:00:05Z</Time>{point}</Trackpoint></Track></Lap>"
    )
    return f'<TrainingCenterDatabase><Activity Sport="{sport}">{inner}</Activity></TrainingCenterDatabase>'


def gpx_text(point, *, kind="<type>running</type>", head=""):
    inner = f'<trkpt lat="47.5" lon="11.25"><time>1970-01-01T00:00:05Z</time>{point}</trkpt>'
    return f"<gpx>{head}<trk>{kind}<trkseg>{inner}</trkseg></trk></gpx>"


class TestTcx:
    @pytest.mark.parametrize(
        ("element", "channel"),
        [
            ("<DistanceMeters>7</DistanceMeters>", "distance_m"),
            ("<AltitudeMeters>7</AltitudeMeters>", "altitude_m"),
            ("<Position><LatitudeDegrees>7</LatitudeDegrees></Position>", "latitude_deg"),
            ("<Position><LongitudeDegrees>7</LongitudeDegrees></Position>", "longitude_deg"),
            ("<Cadence>7</Cadence>", "cadence_rpm"),
            ("<Extensions><x:RunCadence>7</x:RunCadence></Extensions>", "cadence_rpm"),
            ("<Extensions><TPX><Speed>7</Speed></TPX></Extensions>", "speed_m_s"),
            ("<Extensions><TPX><Watts>7</Watts></TPX></Extensions>", "power_w"),
            ("<HeartRateBpm><Value>7</Value></HeartRateBpm>", "heart_rate_bpm"),
        ],
    )
    def test_each_element_is_a_channel_within_a_point_only(self, points, element, channel):
        assert points(tcx, tcx_text(element)) == [([{"time_s": 5.0, channel: 7.0}], "run")]
        assert points(tcx, tcx_text("", lap=element)) == [([{"time_s": 5.0}], "run")]

    def test_values_of_anything_else_and_times_of_a_lap_do_not_count(self, points):
        point = "<Other><Value>7</Value></Other><Sensor>7</Sensor>"
        lap = "<StartTime><Time>1970-01-01T00:00:01Z</Time></StartTime>"
        assert points(tcx, tcx_text(point, lap=lap)) == [([{"time_s": 5.0}], "run")]

    def test_each_activity_is_a_session(self, points):
        text = tcx_text("", sport="Running") + tcx_text("", sport="Biking")
        found = points(tcx, f"<All>{text}</All>")
        assert [(len(given), mode) for given, mode in found] == [(1, "run"), (1, "cycle")]

    def test_an_activity_without_points_is_none(self, points):
        empty = '<Activity Sport="Biking"><Trackpoint><Watts>7</Watts></Trackpoint></Activity>'
        assert [mode for _, mode in points(tcx, f"<All>{empty}{tcx_text('')}</All>")] == ["run"]
        with pytest.raises(ScheduleError, match="without trackpoints"):
            points(tcx, empty)


class TestGpx:
    @pytest.mark.parametrize(
        ("element", "channel"),
        [
            ("<ele>7</ele>", "altitude_m"),
            ("<extensions><x:hr>7</x:hr></extensions>", "heart_rate_bpm"),
            ("<heartrate>7</heartrate>", "heart_rate_bpm"),
            ("<cad>7</cad>", "cadence_rpm"),
            ("<Cadence>7</Cadence>", "cadence_rpm"),
            ("<speed>7</speed>", "speed_m_s"),
            ("<power>7</power>", "power_w"),
            ("<PowerInWatts>7</PowerInWatts>", "power_w"),
            ("<watts>7</watts>", "power_w"),
        ],
    )
    def test_each_element_is_a_channel_within_a_point_only(self, points, element, channel):
        place = {"time_s": 5.0, "latitude_deg": 47.5, "longitude_deg": 11.25}
        assert points(gpx, gpx_text(element)) == [([place | {channel: 7.0}], "run")]
        assert points(gpx, gpx_text("", head=f"<wpt>{element}</wpt>")) == [([place], "run")]

    def test_times_and_types_of_other_elements_do_not_count(self, points):
        head = "<metadata><time>1970-01-01T00:00:01Z</time><type>cycling</type></metadata>"
        ((given, mode),) = points(gpx, gpx_text("<type>swimming</type>", head=head))
        assert ([one["time_s"] for one in given], mode) == ([5.0], "run")

    def test_only_the_type_of_a_track_says_what_it_is(self, points):
        kind = "<name>cycling</name><url>cycling</url><extensions><type>cycling</type></extensions>"
        ((_, mode),) = points(gpx, gpx_text("", kind=f"{kind}<type>swimming</type>"))
        assert mode == "swim"

    def test_each_track_is_a_session(self, points):
        both = gpx_text("")[5:-6] + gpx_text("", kind="<type>walking</type>")[5:-6]
        assert [(len(given), mode) for given, mode in points(gpx, f"<gpx>{both}</gpx>")] == [
            (1, "run"),
            (1, "walk"),
        ]

    def test_a_route_without_times_is_refused_and_space_before_the_declaration_is_not(self, points):
        with pytest.raises(ScheduleError, match="a GPX file without times"):
            points(gpx, '<gpx><trk><trkseg><trkpt lat="1" lon="1"/></trkseg></trk></gpx>')
        assert len(points(gpx, '\n <?xml version="1.0"?>' + gpx_text(""))) == 1


class TestSports:
    @pytest.mark.parametrize(
        ("sports", "wish", "mode"),
        [
            (["", "running"], None, "run"),
            (["generic", "Trail Running"], None, "run"),
            (["open_water", "swimming"], None, "swim"),
            (["walking", "running"], None, "walk"),
            (["chess", "running"], "cycle", "run"),
            (["chess"], "Jogging", "run"),
            ([], "cycle", "cycle"),
        ],
    )
    def test_the_most_telling_name_that_is_known_counts(self, sports, wish, mode):
        assert mode_of(sports, Wishes(mode=wish), file=Path("a.fit")) == mode

    @pytest.mark.parametrize(
        ("sports", "named"),
        [(["chess", "", "x" * 50], f"'chess, {'x' * 40}'"), ([""], "'no sport'"), ([], "'no sport'")],
    )
    def test_a_sport_that_is_no_mode_is_named(self, sports, named):
        with pytest.raises(ScheduleError, match=f"a.fit: an activity of {named}"):
            mode_of(sports, NO_WISH, file=Path("a.fit"))

    @pytest.mark.parametrize(
        ("category", "name", "lift"),
        [
            ("squat", "barbell_back_squat", "squat"),
            ("squat", "barbell_front_squat", "front_squat"),
            ("squat", "", "squat"),
            ("row", "face_pull", None),
            ("plank", "", None),
            ("", "", None),
        ],
    )
    def test_an_exercise_goes_before_its_category(self, category, name, lift):
        assert lift_of(category, name, NO_WISH) == lift

    def test_what_the_user_says_goes_before_both(self):
        wishes = Wishes(lifts={"Plank": "squat", "Face Pull": "row", "Squat": "skip"})
        assert lift_of("plank", "", wishes) == "squat"
        assert lift_of("row", "face_pull", wishes) == "row"
        assert lift_of("squat", "barbell_front_squat", wishes) is None

using System.Text.Json;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.Pictures;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Learning.Evaluation.Rollouts;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Tests.Evaluation;

public sealed class ResultTests
{
    // As computed by statsmodels' proportion_confint(method="wilson").
    [Theory]
    [InlineData(0, 10, 0, 0.277533)]
    [InlineData(10, 10, 0.722467, 1)]
    [InlineData(5, 10, 0.236593, 0.763407)]
    [InlineData(8, 10, 0.490162, 0.943318)]
    [InlineData(1, 50, 0.003539, 0.104956)]
    [InlineData(50, 50, 0.928652, 1)]
    [InlineData(0, 0, 0, 1)]
    public void Interval_IsWilsons(int successes, int attempts, double low, double high)
    {
        var proportion = new Proportion(successes, attempts);
        Assert.Equal(low, proportion.Low, 1e-5);
        Assert.Equal(high, proportion.High, 1e-5);
    }

    [Fact]
    public void Families_AreWhatTheyAreCalled()
    {
        Assert.Equal(["touch-red", "touch-green", "touch-yellow"], TaskFamily.Named(["touch"]).Select(task => task.Name));
        Assert.Equal(["stack-green-on-yellow"], TaskFamily.Named(["stack"]).Select(task => task.Name));
        Assert.Equal(["carrot-on-plate", "red-on-plate", "green-on-plate", "yellow-on-plate"], TaskFamily.Named(["plate"]).Select(task => task.Name));
        Assert.Equal(4, TaskFamily.Named(["the-four"]).Length);
        Assert.Equal(TabletopTask.All, TaskFamily.Named(["all", "pick-red"]));
        Assert.Contains("pick-red", Assert.Throws<ArgumentException>(() => TaskFamily.Named(["pick-blue"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_CountTasksAndWholeFamilies()
    {
        Attempt[] attempts =
        [
            Made("touch-red", true, 2, 1), Made("touch-red", false, 1, 5), Made("touch-green", true, 2, 2), Made("touch-yellow", true, 2, 3),
            Made("pick-red", false, 0, 8),
        ];
        var red = Score.OfTasks(attempts)[0];
        Assert.Equal(("touch-red", 0.5, 0.75, (double?)1.0), (red.Name, red.Done.Rate, red.Progress, red.Seconds));
        var family = Assert.Single(Score.OfFamilies(attempts));   // pick was tried in part
        Assert.Equal(("touch", new Proportion(3, 4), (double?)2.0), (family.Name, family.Done, family.Seconds));
    }

    [Fact]
    public void ToJson_CanBeRead_AndHasEveryOutcome()
    {
        var report = new EvaluationReport
        {
            Policy = new HoldPolicy().Info, Control = PolicyControl.WrongInstruction, FirstSeed = 3, Seeds = 2, LatencyMs = 60, ObservationPeriodMs = 400,
            Complete = true, Workers = 1, Hardware = Hardware.Describe(), Seconds = 1.5,
            Attempts = [Made("touch-red", true, 2, 1), Made("touch-red", false, 0, 5)],
        };
        using var json = JsonDocument.Parse(report.ToJson());
        var root = json.RootElement;
        Assert.Equal("wrong_instruction", root.GetProperty("control").GetString());
        Assert.Equal("hold", root.GetProperty("policy").GetProperty("name").GetString());
        Assert.Equal(2, root.GetProperty("attempts").GetArrayLength());
        Assert.True(root.GetProperty("attempts")[0].GetProperty("outcome").GetProperty("success").GetBoolean());
        Assert.Equal(0.5, root.GetProperty("tasks")[0].GetProperty("done").GetProperty("rate").GetDouble());
    }

    [Fact]
    public void Pictures_StripAndFilm_ShowTheAttempts()
    {
        var plan = new EvaluationPlan { Tasks = [TabletopTask.Named("touch-red")], Seeds = 2, MostPictured = 1, Rollout = new() { PictureRate = 5 } };
        var attempts = EvaluationRun.Run(plan, 1, physics => new ScriptedExpertPolicy(physics), _ => { }, CancellationToken.None);
        Assert.InRange(attempts[0].Moments.Length, 3, 30);
        Assert.Empty(attempts[1].Moments);
        Assert.True(AttemptStrip.Draw(attempts)!.Width > 3 * 224);
        Assert.Null(AttemptStrip.Draw([attempts[1]]));

        var folder = Directory.CreateTempSubdirectory();
        var film = Path.Combine(folder.FullName, "film.mp4");
        AttemptVideo.Write(film, attempts, 5);
        Assert.True(new FileInfo(film).Length > 1000);
        var nowhere = Path.Combine(folder.FullName, "no/such/film.mp4");
        Assert.Contains("ffmpeg", Assert.Throws<IOException>(() => AttemptVideo.Write(nowhere, attempts, 5)).Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static Attempt Made(string task, bool success, int points, double seconds) =>
        new(new TaskOutcome(task, "do it", 0, success, points, 2, seconds), 3, 0, 0);
}

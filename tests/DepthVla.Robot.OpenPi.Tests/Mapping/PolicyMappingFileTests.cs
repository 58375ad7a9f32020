using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.OpenPi.Tests.Mapping;

public sealed class PolicyMappingFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Read_AllFields_AreTaken()
    {
        var (mapping, problems) = Read("""
            { // a comment
              "images": ["a"], "image_size": 224, "state": { "s": ["tool_pose", "gripper"] }, "prompt": "task", "actions": "tool_pose_step",
              "steps": 10, "step_rate_hz": 20, "execute_steps": 5, "scale": [1, 2, 3, 4, 5, 6], "gripper": { "open": -1, "closed": 1 }, }
            """);
        Assert.Empty(problems);
        Assert.Equal(("task", ActionMeaning.ToolPoseStep, 224, 10, 20.0, 5), (mapping.Prompt, mapping.Actions, mapping.ImageSize, mapping.Steps, mapping.StepRateHz, mapping.ExecuteSteps));
        Assert.Equal([1, 2, 3, 4, 5, 6], mapping.Scale);
        Assert.Equal(new GripperScale(-1, 1), mapping.Gripper);
        Assert.Null(mapping.StateGripper);
        Assert.Equal([StatePart.ToolPose, StatePart.Gripper], Assert.Single(mapping.State).Parts);
    }

    [Fact]
    public void Read_EverythingWrong_NamesEveryField()
    {
        var (_, problems) = Read("""
            { "image": ["a"], "images": "a", "state": { "s": ["hand"] }, "prompt": "", "actions": "dance", "steps": 0, "scale": "big",
              "gripper": { "open": 1, "closed": 1 }, "state_gripper": 3, "image_size": -1, "execute_steps": 2 }
            """);
        Assert.Equal(
            ["actions", "execute_steps", "gripper", "image", "image_size", "images", "prompt", "scale", "state", "state_gripper", "step_rate_hz", "steps"],
            problems.Select(problem => problem.Option[(_file.Length + 2)..]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    public void Read_WhatIsNoObject_IsAProblem(string text) => Assert.NotEmpty(Read(text).Problems);

    private (PolicyMapping Mapping, List<SettingProblem> Problems) Read(string text)
    {
        File.WriteAllText(_file, text);
        var problems = new List<SettingProblem>();
        return (PolicyMappingFile.Read(_file, problems), problems);
    }
}

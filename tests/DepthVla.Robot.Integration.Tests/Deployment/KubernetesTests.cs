using System.Text.RegularExpressions;
using DepthVla.Robot.Integration.Tests.Programs;
using k8s;
using k8s.Models;

namespace DepthVla.Robot.Integration.Tests.Deployment;

/// <summary>The manifests, rendered by kubectl and read strictly into typed objects: a misspelt field fails here and not in a cluster.</summary>
public sealed class KubernetesTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    public async Task Overlay_Rendered_RunsTheServerAsItWantsToBeRun(string overlay)
    {
        var objects = await RenderAsync(overlay);
        var deployment = Assert.Single(objects.OfType<V1Deployment>());
        var pod = deployment.Spec.Template.Spec;
        var server = Assert.Single(pod.Containers);

        Assert.All(objects.OfType<IKubernetesObject<V1ObjectMeta>>().Where(o => o is not V1Namespace), o => Assert.Equal("depthvla", o.Metadata.NamespaceProperty));
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.True(server.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(server.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal("0", $"{deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value}");
        Assert.Equal(overlay == "gpu", server.Resources.Limits.ContainsKey("nvidia.com/gpu"));

        var drain = int.Parse(server.Args[server.Args.IndexOf("--drain-time") + 1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(pod.TerminationGracePeriodSeconds > drain, "killed while robots are still being told");

        // Every file that it is to read lies in a secret that is mounted, and kubelet speaks to the port as it is.
        Assert.All(server.Args.Where(argument => argument.StartsWith("/trust/", StringComparison.Ordinal)), file =>
        {
            var mount = Assert.Single(server.VolumeMounts, mount => file.StartsWith(mount.MountPath + "/", StringComparison.Ordinal));
            Assert.NotNull(Assert.Single(pod.Volumes, volume => volume.Name == mount.Name).Secret);
        });
        Assert.Contains("--tls-certificate", server.Args);
        Assert.DoesNotContain("--insecure", server.Args);
        Assert.All((V1Probe[])[server.StartupProbe, server.ReadinessProbe, server.LivenessProbe], probe => Assert.Equal("HTTPS", probe.HttpGet.Scheme));

        var selector = deployment.Spec.Selector.MatchLabels;
        Assert.All(objects.OfType<V1Service>(), service => Assert.Equal(selector, service.Spec.Selector));
        Assert.Equal(selector, Assert.Single(objects.OfType<V1PodDisruptionBudget>()).Spec.Selector.MatchLabels);
        Assert.Contains(objects.OfType<V1Service>(), service => service.Spec.ClusterIP == "None");
        Assert.Equal(overlay == "gpu" ? 1 : 0, objects.OfType<V2HorizontalPodAutoscaler>().Count());
        Assert.Single(objects.OfType<V1NetworkPolicy>());
    }

    [Fact]
    public async Task Deployment_NamesOptionsAndProbesThatThereAre()
    {
        var server = Assert.Single((await RenderAsync("gpu")).OfType<V1Deployment>()).Spec.Template.Spec.Containers[0];
        var (_, help) = await RunningProgram.RunAsync(Places.Program("Server", "depthvla-server"), "--help");
        Assert.All(server.Args.Where(argument => argument.StartsWith("--", StringComparison.Ordinal)), option => Assert.Matches($@"(?m)^\s+{option}\b", help));
        Assert.All(server.Env, variable =>
        {
            var option = Regex.Match(variable.Name, "^DEPTHVLA__([A-Z_]+)$").Groups[1].Value.ToLowerInvariant().Replace('_', '-');
            Assert.Matches($@"(?m)^\s+--{option}\b", help);
        });

        await using var running = await PolicyServer.StartTinyAsync();
        using var http = new HttpClient();
        foreach (var probe in new[] { server.StartupProbe, server.ReadinessProbe, server.LivenessProbe })
        {
            Assert.True((await http.GetAsync(new Uri(running.HttpAddress + probe.HttpGet.Path), TestContext.Current.CancellationToken)).IsSuccessStatusCode, probe.HttpGet.Path);
        }
    }

    private static async Task<IReadOnlyList<object>> RenderAsync(string overlay)
    {
        Assert.SkipUnless(RunningProgram.IsInstalled("kubectl"), "no kubectl to render with (Debian: kubernetes-client)");
        var (exitCode, output) = await RunningProgram.RunAsync("kubectl", "kustomize", Places.InRepository("deploy", "kubernetes", "overlays", overlay));
        Assert.True(exitCode == 0, output);
        return KubernetesYaml.LoadAllFromString(output, strict: true);
    }
}

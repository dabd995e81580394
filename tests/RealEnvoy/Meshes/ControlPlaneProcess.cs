using System.Collections.Concurrent;
using System.Diagnostics;
using Mesh.Testing.Network;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>A control plane as a process of its own, with its store on disk, that can be killed and started again.</summary>
public sealed class ControlPlaneProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-cp-").FullName;
    private readonly int[] _ports = FreePorts.Take(4);
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    private ControlPlaneProcess()
    {
        Directory.CreateDirectory(DataDirectory);
        Api = new MeshApi(new Uri($"http://127.0.0.1:{_ports[0]}"));
        DataPlane = new Uri($"https://localhost:{_ports[1]}");
    }

    public MeshApi Api { get; }

    public Uri DataPlane { get; }

    /// <summary>Where zones connect, when it is the global control plane.</summary>
    public string Zones => $"grpcs://localhost:{_ports[3]}";

    /// <summary>More words for <c>mesh run</c>; what is set here holds from the next start on.</summary>
    public IReadOnlyList<string> Options { get; set; } = [];

    /// <summary>Starts one on an empty store.</summary>
    /// <param name="options">More words for <c>mesh run</c>.</param>
    public static async Task<ControlPlaneProcess> StartNewAsync(params string[] options)
    {
        var controlPlane = new ControlPlaneProcess { Options = options };
        await controlPlane.StartAsync();
        return controlPlane;
    }

    /// <summary>Starts one on an empty store that need not become ready.</summary>
    /// <param name="options">More words for <c>mesh run</c>.</param>
    public static async Task<ControlPlaneProcess> StartNewUnreadyAsync(params string[] options)
    {
        var controlPlane = new ControlPlaneProcess { Options = options };
        await controlPlane.StartAsync(controlPlane._ports[0], "");
        return controlPlane;
    }

    /// <summary>Starts it on the store that is there, and waits until it is ready.</summary>
    public Task StartAsync() => StartAsync(_ports[2], "ready");

    private async Task StartAsync(int port, string path)
    {
        string[] arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "mesh.dll"), "run", "--data-dir", DataDirectory,
            "--http-port", $"{_ports[0]}", "--https-port", "0", "--dataplane-port", $"{_ports[1]}", "--diagnostics-port", $"{_ports[2]}",
            "--zones-port", $"{_ports[3]}",
            // Many are started here, each for a few proxies.
            "--set", "xdsServer.rehearse=false", .. Options,
        ];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient();
        await Eventually.HoldsAsync(() => AnswersAsync(client, port, path), () => $"the control plane answers at /{path}:\n{string.Join('\n', _output)}");
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Copies the store of a control plane that does not run.</summary>
    /// <returns>The copy, for <see cref="Restore"/>.</returns>
    public string Backup()
    {
        var backup = Path.Combine(_folder, Guid.NewGuid().ToString());
        Copy(DataDirectory, backup);
        return backup;
    }

    /// <summary>Puts an earlier copy in the place of the store of a control plane that does not run.</summary>
    public void Restore(string backup)
    {
        Directory.Delete(DataDirectory, recursive: true);
        Copy(backup, DataDirectory);
    }

    /// <summary>Empties the disk of a control plane that does not run.</summary>
    public void Empty()
    {
        Directory.Delete(DataDirectory, recursive: true);
        Directory.CreateDirectory(DataDirectory);
    }

    /// <summary>What it said since its first start.</summary>
    public string Output => string.Join('\n', _output);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        Api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string DataDirectory => Path.Combine(_folder, "data");

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private async Task<bool> AnswersAsync(HttpClient client, int port, string path)
    {
        Assert.False(_process!.HasExited, "the control plane ended: " + string.Join('\n', _output));
        try
        {
            using var response = await client.GetAsync($"http://127.0.0.1:{port}/{path}");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

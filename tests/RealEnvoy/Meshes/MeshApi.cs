using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Cli;
using Mesh.Model.Text;
using Mesh.Policies.Core;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>The REST API as a user of it.</summary>
public sealed class MeshApi(Uri address) : IDisposable
{
    private static readonly string[] _zoneScope = ["cp"];

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };

    /// <summary>Writes every resource of a YAML text.</summary>
    public async Task ApplyAsync(string yaml)
    {
        foreach (var document in YamlTree.ReadAll(yaml).OfType<JsonObject>())
        {
            using var content = new StringContent(document.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _client.PutAsync(PathOf(document), content);
            Assert.True(response.IsSuccessStatusCode, $"{PathOf(document)}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    public async Task DeleteAsync(string path)
    {
        using var response = await _client.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>A resource, or null.</summary>
    public async Task<JsonNode?> FindAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonNode>() : null;
    }

    public async Task<string> DataplaneTokenAsync(string name, string workload)
    {
        using var response = await _client.PostAsJsonAsync(
            "/tokens/dataplane", new { mesh = "default", name, workload, validFor = "1h" });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>A token with which a zone joins this global control plane.</summary>
    public async Task<string> ZoneTokenAsync(string zone)
    {
        using var response = await _client.PostAsJsonAsync("/tokens/zone", new { zone, scope = _zoneScope, validFor = "1h" });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Runs the command line against this control plane.</summary>
    /// <returns>What it answered.</returns>
    public async Task<string> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await MeshCommandLine.RunAsync([.. words, "--address", address.ToString()], output, error);
        Assert.True(code == 0, $"mesh {string.Join(' ', words)}: {error}");
        return output.ToString();
    }

    public void Dispose() => _client.Dispose();

    private static string PathOf(JsonObject document)
    {
        var kind = MeshCatalog.Create()[(string)document["type"]!];
        return document["mesh"] is { } mesh ? $"/meshes/{mesh}/{kind.Path}/{document["name"]}" : $"/{kind.Path}/{document["name"]}";
    }
}

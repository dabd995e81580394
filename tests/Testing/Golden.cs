using Xunit;

namespace Mesh.Testing;

/// <summary>Golden files: what was seen and found right once. <c>UPDATE_GOLDEN=1</c> writes them anew.</summary>
public static class Golden
{
    /// <summary>Compares a text with its golden file.</summary>
    public static void Check(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"{path} is missing; UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}

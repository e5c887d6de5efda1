Pod::Spec.new do |s|
  s.name           = 'ModelFiles'
  s.version        = '1.0.0'
  s.summary        = 'Durable renames, running digests and backup exclusion for model files.'
  s.license        = 'MIT'
  s.author         = 'Modelshelf'
  s.homepage       = 'https://localhost/modelshelf'
  s.platforms      = { :ios => '17.0' }
  s.swift_version  = '5.9'
  s.source         = { git: '' }
  s.static_framework = true
  s.dependency 'ExpoModulesCore'
  s.source_files = '**/*.swift'
  s.pod_target_xcconfig = {
    'DEFINES_MODULE' => 'YES',
    'SWIFT_COMPILATION_MODE' => 'wholemodule'
  }
end
